import { z } from 'zod'
import { recipeSchema, type KeyHelp } from './schema.ts'

/** What a key may hold. */
export type KeyType =
  | { readonly kind: 'flag' }
  | ({ readonly kind: 'number' } & NumberRange)
  | { readonly kind: 'choice'; readonly choices: readonly (string | number)[] }
  | { readonly kind: 'text'; readonly maxLength?: number }
  | ({ readonly kind: 'list' } & ListRange)

export interface NumberRange {
  readonly integer: boolean
  /** The smallest value. */
  readonly min?: number
  /** Every value must be greater than this. */
  readonly above?: number
  readonly max?: number
}

/** A list of numbers; without a longest length it may be empty or as long as one likes. */
export interface ListRange {
  readonly items: NumberRange
  readonly minLength: number
  readonly maxLength?: number
}

/** One key of the recipe, with everything that documentation, command line and forms show of it. */
export interface RecipeKey extends KeyHelp {
  /** `group.name` */
  readonly path: string
  readonly group: string
  readonly name: string
  readonly type: KeyType
  readonly initial: unknown
}

/** The part of JSON Schema that the recipe's schema comes to. */
interface JsonSchema extends Partial<KeyHelp> {
  readonly type?: string
  readonly default?: unknown
  readonly const?: string | number
  readonly enum?: readonly (string | number)[]
  readonly anyOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly items?: JsonSchema | false
  readonly prefixItems?: readonly JsonSchema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

const byGroup = (z.toJSONSchema(recipeSchema) as JsonSchema).properties ?? {}

/** The groups, in the order of the schema. */
export const recipeGroups: readonly string[] = Object.keys(byGroup)

/** Every key of the recipe, in the order of the schema. */
export const recipeKeys: readonly RecipeKey[] = Object.entries(byGroup).flatMap(([group, { properties = {} }]) =>
  Object.entries(properties).map(([name, schema]) => ({
    path: `${group}.${name}`,
    group,
    name,
    type: keyType(schema),
    initial: schema.default,
    help: schema.help ?? '',
    unit: schema.unit,
    source: schema.source,
  })),
)

export function findKey(path: string): RecipeKey | undefined {
  return recipeKeys.find((key) => key.path === path)
}

function keyType(schema: JsonSchema): KeyType {
  const choices = schema.enum ?? schema.anyOf?.map((option) => option.const!)
  if (choices) return { kind: 'choice', choices }
  if (schema.type === 'boolean') return { kind: 'flag' }
  if (schema.type === 'string') return { kind: 'text', maxLength: schema.maxLength }
  if (schema.type !== 'array') return { kind: 'number', ...numberRange(schema) }
  const items = schema.prefixItems?.[0] ?? (schema.items as JsonSchema)
  return { kind: 'list', items: numberRange(items), minLength: schema.minItems ?? 0, maxLength: schema.maxItems }
}

function numberRange({ type, minimum, exclusiveMinimum, maximum }: JsonSchema): NumberRange {
  const integer = type === 'integer'
  // A whole number is bounded by what a double can count to, which is nobody's choice.
  const max = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  return integer && exclusiveMinimum !== undefined
    ? { integer, min: exclusiveMinimum + 1, max }
    : { integer, min: minimum, above: exclusiveMinimum, max }
}
