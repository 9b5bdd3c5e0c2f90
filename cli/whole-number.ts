import { InvalidArgumentError } from 'commander'

/** Reads an option's value. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`Write a whole number of at least ${least}.`)
  }
