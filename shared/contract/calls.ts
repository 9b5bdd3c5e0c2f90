import { z } from 'zod'
import { UsageError } from '../errors.ts'
import type { Recipe } from '../recipe/schema.ts'
import { splits } from '../recipe/split.ts'
import { parseRecipe } from '../recipe/validate.ts'
import { excess } from './bounds.ts'

/** A call of the page: how its arguments are checked on arrival, and what it answers. */
export interface Call<Args extends z.ZodType<readonly unknown[]>, Result> {
  readonly args: Args
  /** Bytes that an array of them in the arguments may hold; without it, there may be none. */
  readonly bytes?: number
  /** Never set: it carries the type. */
  readonly result?: Result
}

/** Calls by name. */
export type Contract = Readonly<Record<string, Call<z.ZodType<readonly unknown[]>, unknown>>>

export const call =
  <Args extends z.ZodType<readonly unknown[]>>(args: Args, { bytes }: { readonly bytes?: number } = {}) =>
  <Result>(): Call<Args, Result> => ({ args, ...(bytes !== undefined && { bytes }) })

export const split = z.enum(splits)
/** The name of a run's folder: never a path. */
export const runId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/)
/** The name of an evaluation's folder: never a path. */
export const evaluationName = z.string().regex(/^[^/\\\0]{1,255}$/)
/** A part of a recipe arrives as a whole one. */
export const recipe = z.unknown().transform((value): Recipe => parseRecipe(value))

type ResultOf<C> = C extends Call<z.ZodType<readonly unknown[]>, infer Result> ? Result : never

/** The calls of a contract as functions: what the page sees, and what the other side implements. */
export type CallsOf<C extends Contract> = {
  readonly [K in keyof C]: (...args: z.output<C[K]['args']>) => Promise<ResultOf<C[K]>>
}

export type Handler = (...args: unknown[]) => Promise<unknown>

/** The calls of a contract and no others, their arguments checked: anything else is refused with a `UsageError`. */
export function checkedCalls<C extends Contract>(contract: C, calls: CallsOf<C>): Record<string, Handler> {
  const names = Object.keys(contract) as (keyof C & string)[]
  return Object.fromEntries(names.map((name) => [name, checked(name, contract[name]!, calls[name] as Handler)]))
}

const checked =
  (name: string, { args, bytes }: Contract[string], handler: Handler): Handler =>
  async (...given) => {
    const tooMuch = excess(given, bytes)
    if (tooMuch !== undefined) throw new UsageError(`The call ${name} was made wrongly: it holds ${tooMuch}.`)
    const parsed = args.safeParse(given)
    if (!parsed.success) throw new UsageError(`The call ${name} was made wrongly: ${describe(parsed.error)}.`)
    return handler(...parsed.data)
  }

function describe({ issues }: z.ZodError): string {
  const { path, message } = issues[0]!
  return path.length === 0
    ? message
    : `argument ${path.map((part, i) => (i === 0 ? Number(part) + 1 : String(part))).join('.')}, ${message}`
}
