import { z } from 'zod'

/** What the form, the documentation and the command line show of a key, beside its type, range and default. */
export interface KeyHelp {
  /** One sentence. */
  readonly help: string
  readonly unit?: string
  /** Where the default or the formula comes from. */
  readonly source?: string
}

/** A key of the recipe: a type with its default and its documentation. */
export const key = <T extends z.ZodType>(type: T, initial: z.infer<T>, help: KeyHelp) =>
  type.meta({ ...help }).default(initial as z.util.NoUndefined<z.output<T>>)

export const nvidia = 'NVIDIA ResNet-50 v1.5 for TensorFlow'

export const fraction = z.number().min(0).max(1)
export const positive = z.number().positive()
export const atLeastZero = z.number().min(0)
export const count = z.int().positive()
export const countOrNone = z.int().min(0)
export const range = (limit: typeof positive) =>
  z.tuple([limit, limit]).refine(([low, high]) => low <= high, 'the first number must not exceed the second')
