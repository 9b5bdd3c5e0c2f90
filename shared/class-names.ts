import { UsageError } from './errors.ts'

/** More of them no network tells apart. */
export const MOST_CLASSES = 1_000_000

/**
 * The names of classes, one a line, in the order of a network's outputs.
 * @param source what is told of in an error
 * @throws UsageError for fewer than two, an empty line between, and a name that comes twice
 */
export function classNamesIn(text: string, source: string): string[] {
  const names = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  while (names.at(-1)?.trim() === '') names.pop()
  const wrong = (what: string) =>
    new UsageError(`${source} ${what}; it must name each class once, one a line, two at least.`)
  if (names.length < 2 || names.length > MOST_CLASSES) throw wrong(`names ${names.length} classes`)
  const empty = names.findIndex((name) => name.trim() === '')
  if (empty >= 0) throw wrong(`has nothing in line ${empty + 1}`)
  const seen = new Set<string>()
  for (const name of names.map((each) => each.normalize('NFC'))) {
    if (seen.has(name)) throw wrong(`names "${name}" twice`)
    seen.add(name)
  }
  return names
}
