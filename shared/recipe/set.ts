import { RecipeError } from '../errors.ts'
import { shorten } from './describe.ts'
import { findKey, type KeyType } from './keys.ts'
import { mergeRecipes } from './merge.ts'
import { suggestKey } from './nearest.ts'

/**
 * Lays `key.path=value` settings over a recipe document, the last one of a key winning. The schema decides how
 * a value is read: text stays as it is, the rest is JSON. Throws `RecipeError` for an unknown key or a missing value.
 */
export function applySettings(recipe: unknown, settings: readonly string[]): unknown {
  return settings.reduce<unknown>((below, setting) => mergeRecipes(below, parseSetting(setting)), recipe)
}

function parseSetting(setting: string): Record<string, Record<string, unknown>> {
  const equals = setting.indexOf('=')
  const path = (equals < 0 ? setting : setting.slice(0, equals)).trim()
  const key = findKey(path)
  if (!key) throw new RecipeError(`The recipe has no key ${shorten(path)}; ${suggestKey(path)}`)
  if (equals < 0) throw new RecipeError(`${path} is given no value; write ${path}=VALUE.`)
  return { [key.group]: { [key.name]: readValue(key.type, setting.slice(equals + 1).trim()) } }
}

/** What cannot be read as the key's type comes back as text, for the validation to refuse with the key's range. */
function readValue(type: KeyType, text: string): unknown {
  switch (type.kind) {
    case 'text':
      return text
    case 'choice':
      return type.choices.find((choice) => String(choice) === text) ?? text
    case 'flag':
    case 'number':
      return parseJson(text)
    case 'list':
      return parseJson(text.startsWith('[') ? text : `[${text}]`, text)
  }
}

function parseJson(json: string, otherwise: unknown = json): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return otherwise
  }
}
