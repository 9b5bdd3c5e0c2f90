import type { KeyType, ListRange, NumberRange } from './keys.ts'

/** What a key may hold, in words: `a whole number of at least 1`. */
export function describeType(type: KeyType): string {
  switch (type.kind) {
    case 'flag':
      return 'true or false'
    case 'number':
      return `a ${type.integer ? 'whole number' : 'number'}${describeRange(type)}`
    case 'choice':
      return type.choices.length === 2
        ? `${type.choices[0]} or ${type.choices[1]}`
        : `one of ${type.choices.join(', ')}`
    case 'text':
      return type.maxLength === undefined ? 'text' : `text of at most ${type.maxLength} characters`
    case 'list':
      return describeList(type)
  }
}

function describeRange({ min, above, max }: NumberRange): string {
  if (above !== undefined) return max === undefined ? ` above ${above}` : ` above ${above} and up to ${max}`
  if (min === undefined) return max === undefined ? '' : ` of at most ${max}`
  return max === undefined ? ` of at least ${min}` : ` from ${min} to ${max}`
}

function describeList({ items, minLength, maxLength }: ListRange): string {
  const count =
    maxLength === undefined ? '' : minLength === maxLength ? `${minLength} ` : `${minLength} to ${maxLength} `
  return `a list of ${count}${items.integer ? 'whole numbers' : 'numbers'}${describeRange(items)}`
}

/** A value as it is quoted in a message. */
export function quote(value: unknown): string {
  return shorten(JSON.stringify(value) ?? String(value))
}

/** A text that somebody else chose, as it stands in a message. */
export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text)
