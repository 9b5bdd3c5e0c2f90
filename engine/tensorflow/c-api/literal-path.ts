import { existsSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { StorageError } from '../../../shared/errors.ts'
import { storing } from '../../../storage/files.ts'

const isPattern = (path: string) => (process.platform === 'win32' ? /[*?[\]]/ : /[*?[\]\\]/).test(path)

/**
 * A folder as TensorFlow's restore takes it, which takes its path for a pattern: itself, or else a link to it whose path
 * has nothing that patterns have. The link lives until it is disposed of.
 */
export class LiteralPath implements Disposable {
  readonly path: string
  readonly #parent: string | undefined

  /** Throws `StorageError` where no link can be made. */
  constructor(folder: string) {
    if (!isPattern(folder)) {
      this.path = folder
      return
    }
    const place = [tmpdir(), '/tmp'].find((path) => !isPattern(path) && existsSync(path))
    if (place === undefined)
      throw new StorageError(
        `${tmpdir()} cannot be used for temporary files: set TMPDIR to a path without *, ?, [, ] and \\.`,
      )
    this.#parent = storing(place, () => mkdtempSync(join(place, 'anneal-link-')))
    this.path = join(this.#parent, 'folder')
    storing(place, () => symlinkSync(resolve(folder), this.path, 'junction'))
  }

  [Symbol.dispose](): void {
    if (this.#parent === undefined) return
    unlinkSync(this.path)
    rmSync(this.#parent, { recursive: true, force: true })
  }
}
