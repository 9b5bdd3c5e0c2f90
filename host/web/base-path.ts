import { UsageError } from '../../shared/errors.ts'

const LONGEST_PATH = 200

/**
 * The path below which everything is served: `/anneal`, or `/tools/anneal`; empty for the whole host. A slash at the
 * end is left out. Throws `UsageError` for what a browser or a proxy could read in another way.
 */
export function parseBasePath(text: string): string {
  const path = text.replace(/\/$/, '')
  const isPlain = /^(\/[\w.~-]+)*$/.test(path) && path.split('/').every((part) => part !== '.' && part !== '..')
  if (text !== '' && isPlain && path.length <= LONGEST_PATH) return path
  throw new UsageError(
    `--base-path must begin with a slash and have only letters, digits and -._~ between slashes, such as /anneal, not ${JSON.stringify(text.slice(0, LONGEST_PATH))}.`,
  )
}

/** What of a path lies below a base path: empty for the base path itself, nothing outside of it. */
export function pathBelow(basePath: string, pathname: string): string | undefined {
  const rest = pathname.slice(basePath.length)
  return pathname.startsWith(basePath) && (rest === '' || rest.startsWith('/')) ? rest : undefined
}

/** The way from a path below the base path to the page, for a browser, whatever a proxy has put before it. */
export const wayToPage = (below: string): string => '../'.repeat(below.split('/').length - 2) || './'

/** The way from the base path itself to the page. */
export const wayInto = (basePath: string): string => `./${basePath.split('/').at(-1)}/`
