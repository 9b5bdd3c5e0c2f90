import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alone } from '../../storage/alone.ts'
import { storing } from '../../storage/files.ts'
import { writeFileWhole } from '../../storage/write-file.ts'
import type { Home } from '../machine/home.ts'
import { newToken } from './access-token.ts'

/** The owner alone may read and write it. */
const PRIVATE = 0o600
const form = /^[\w-]{43}\n$/

/**
 * The token of a home, kept in its file `access-token`: a link goes on working after a restart. Whoever can read that
 * file can read the home without it. One that others may read, or that is no token, counts for nothing.
 * @param renew makes another one
 */
export async function homeToken(home: Home, renew = false): Promise<string> {
  const file = join(home.ensure('root'), 'access-token')
  const kept = () => (renew ? undefined : storing(file, () => readPrivate(file)))
  // A home that cannot be written may have one. Of two that make one at once, the second takes that of the first.
  return kept() ?? alone(file, () => kept() ?? make(file))
}

function make(file: string): string {
  const token = newToken()
  storing(file, () => writeFileWhole(file, `${token}\n`, PRIVATE))
  return token
}

function readPrivate(file: string): string | undefined {
  const facts = lstatSync(file, { throwIfNoEntry: false })
  // Windows has no such bits: there the home's own rights are what counts.
  if (!facts?.isFile() || (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)) return undefined
  const text = readFileSync(file, 'utf8')
  return form.test(text) ? text.trimEnd() : undefined
}
