import { valueText } from '../app/state/recipe-differences.ts'

/** How the values of a recipe key are laid along an axis: as numbers, or as one place for each text. */
export type KeyAxis =
  | { readonly kind: 'number'; readonly log: boolean; readonly whole: boolean }
  | { readonly kind: 'text'; readonly places: readonly string[] }

/** Numbers that span more than a factor of 20 are laid out logarithmically. */
const wide = 20

export function keyAxis(values: readonly unknown[]): KeyAxis {
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length < values.length) return { kind: 'text', places: [...new Set(values.map(valueText))].sort(byText) }
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return { kind: 'number', log: least > 0 && most / least > wide, whole: numbers.every(Number.isInteger) }
}

/** What is handed to the chart for a value on its axis. */
export const axisValue = (axis: KeyAxis, value: unknown): number | string =>
  axis.kind === 'number' ? (value as number) : valueText(value)

/** `resnet8` before `resnet18`, but not `0.2` before `0.08`. */
const byText = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: !`${a}${b}`.includes('.') })
