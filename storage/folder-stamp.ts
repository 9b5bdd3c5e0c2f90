import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { writeWhole } from './files.ts'

/** What a file was made from: folders and files, relative to a root. */
interface Stamp {
  readonly sources: readonly string[]
  /** Of their files, see {@link stampOf}. */
  readonly hash: string
}

/** Changes when a file of the sources comes, goes, or is written; tests do not count. Throws where a source is gone. */
export function stampOf(root: string, sources: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of sources.flatMap((source) => filesOf(root, source))) {
    const { size, mtimeMs } = statSync(join(root, path))
    hash.update(`${path}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** Notes what something was made from. */
export function writeStamp(file: string, stamp: Stamp): void {
  writeWhole(file, JSON.stringify(stamp))
}

/** Whether the sources are as they were when something was made from them; it was never made where there is no stamp. */
export function isUpToDate(file: string, root: string, expected?: readonly string[]): boolean {
  try {
    const { sources, hash } = JSON.parse(readFileSync(file, 'utf8')) as Stamp
    if (expected && JSON.stringify(expected) !== JSON.stringify(sources)) return false
    return hash === stampOf(root, sources)
  } catch {
    return false
  }
}

function filesOf(root: string, source: string): string[] {
  const path = join(root, source)
  if (statSync(path).isFile()) return [source]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
    .sort()
}
