import { UsageError } from '../shared/errors.ts'

/** Reads the value of an option. */
export const wholeNumber =
  (option: string, least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
    throw new UsageError(`${option} must be a whole number of at least ${least}, not ${text}.`)
  }
