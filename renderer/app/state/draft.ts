import { findKey, recipeKeys, type KeyType, type RecipeKey } from '../../../shared/recipe/keys.ts'
import { diffRecipes, valueOf } from '../../../shared/recipe/resolve.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { sentence } from '../../ui/sentence.ts'

/** A recipe while it is edited: every key has a value, which may not be allowed. */
export type Draft = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What is wrong with a draft: one sentence, and the key that it is about where it is about one. */
export interface DraftProblem {
  readonly path?: string
  readonly message: string
}

export type CheckedDraft =
  | { readonly recipe: Recipe; readonly problem?: undefined }
  | { readonly recipe?: undefined; readonly problem: DraftProblem }

/** A draft where only its choices are looked at: every key is there, and what is not allowed is no choice. */
export const asRecipe = (draft: Draft): Recipe => draft as unknown as Recipe

export const draftOf = (recipe: Recipe): Draft => recipe

export function checkDraft(draft: unknown): CheckedDraft {
  try {
    return { recipe: parseRecipe(draft) }
  } catch (error) {
    const message = sentence(error)
    const path = message.slice(0, message.indexOf(' '))
    return { problem: findKey(path) ? { path, message } : { message } }
  }
}

/** The draft with another value of one key. */
export function withValue(draft: Draft, { group, name }: Pick<RecipeKey, 'group' | 'name'>, value: unknown): Draft {
  return { ...draft, [group]: { ...draft[group], [name]: value } }
}

export const draftValue = (draft: Draft, { group, name }: Pick<RecipeKey, 'group' | 'name'>): unknown =>
  draft[group]?.[name]

/** The paths of the keys whose value is not that of the base. */
export function changedPaths(base: Recipe, draft: Draft): ReadonlySet<string> {
  return new Set(diffRecipes(base, asRecipe(draft)).map(({ path }) => path))
}

export const baseValue = (base: Recipe, { group, name }: Pick<RecipeKey, 'group' | 'name'>): unknown =>
  valueOf(base, group, name)

export const draftText = (draft: Draft): string => JSON.stringify(draft, undefined, 2)

/** The draft that a text stands for, complete with the defaults, or what is wrong with the text. */
export function readText(text: string): CheckedDraft {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    return { problem: { message: `This is not JSON: ${sentence(error)}` } }
  }
  return checkDraft(document)
}

/** What a person typed as a value of the key's type; what is none comes back as text, for the check to refuse. */
export function readInput(type: KeyType, text: string): unknown {
  switch (type.kind) {
    case 'text':
      return text
    case 'flag':
      return text === 'true'
    case 'choice':
      return type.choices.find((choice) => String(choice) === text) ?? text
    case 'number':
      return readNumber(text)
    case 'list':
      return text
        .split(/[\s,;]+/)
        .filter((part) => part !== '')
        .map(readNumber)
  }
}

function readNumber(text: string): unknown {
  const trimmed = text.trim()
  const fraction = /^([\d.e+-]+)\s*\/\s*([\d.e+-]+)$/i.exec(trimmed)
  const value = fraction ? Number(fraction[1]) / Number(fraction[2]) : Number(trimmed)
  return trimmed === '' || !Number.isFinite(value) ? text : value
}

/** A value as it stands in its field. */
export const inputText = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))

/** The keys of a group in the order of the schema. */
export const keysOf = (group: string): readonly RecipeKey[] => recipeKeys.filter((key) => key.group === group)
