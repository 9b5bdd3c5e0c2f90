/** What the arguments of a call of a page may hold at most: several times what any honest one does. */
const MOST = {
  /** Arrays and objects within each other. */
  depth: 16,
  /** Values, at every depth. */
  values: 200_000,
  /** Characters of a text. */
  text: 65_536,
  /** Characters of a key. */
  key: 1024,
}

const tooMany = `more than ${MOST.values} values`

/**
 * What arguments hold that no call takes, in words: too much, or what is no JSON. Nothing where all is well.
 * @param bytes that an array of them may hold; without it, there may be none
 */
export function excess(args: readonly unknown[], bytes?: number): string | undefined {
  let values = 0
  return look(args, 0)

  function look(value: unknown, depth: number): string | undefined {
    if (++values > MOST.values) return tooMany
    if (typeof value === 'string') return value.length > MOST.text ? `a text of ${value.length} characters` : undefined
    if (typeof value !== 'object' || value === null) return simple(value)
    if (depth === MOST.depth) return `values within each other more than ${MOST.depth} deep`
    if (Array.isArray(value))
      return value.length > MOST.values ? tooMany : first(value, (inner) => look(inner, depth + 1))
    if (bytes !== undefined && value instanceof Uint8Array) return tooLong(value, bytes)
    if (!isPlain(value)) return 'what is no JSON'
    return first(Object.entries(value), ([key, inner]) =>
      key.length > MOST.key ? `a key of ${key.length} characters` : look(inner, depth + 1),
    )
  }
}

/** Of what holds no other values. */
const simple = (value: unknown) =>
  ['undefined', 'object', 'boolean', 'number'].includes(typeof value) ? undefined : `a ${typeof value}`

const tooLong = ({ length }: Uint8Array, most: number) => (length > most ? `${length} bytes at once` : undefined)

function first<T>(items: readonly T[], look: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = look(item)
    if (found !== undefined) return found
  }
  return undefined
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
