import type { PassedOver } from '../../../shared/contract/trainer.ts'
import { textOf, type DiskPath } from './disk-path.ts'

/** As many kinds are told apart: files may be numbered in their endings. */
const MOST_KINDS = 40

/** Counts what is in a dataset's folders and is not read, by what it is and why. */
export class PassedOverCounter {
  readonly #kinds = new Map<string, { what: string; reason: string; files: number; first: string }>()

  /** @param what its ending, such as `.txt`, or what else it is told by */
  add(what: string, reason: string, path: DiskPath): void {
    const key = `${what}\0${reason}`
    const known =
      this.#kinds.get(key) ?? (this.#kinds.size < MOST_KINDS ? undefined : this.#kinds.get(`${OTHERS}\0${reason}`))
    if (known) {
      known.files += 1
      return
    }
    const name = this.#kinds.size < MOST_KINDS ? what : OTHERS
    this.#kinds.set(`${name}\0${reason}`, { what: name, reason, files: 1, first: textOf(path) })
  }

  /** The most frequent first. */
  all(): PassedOver[] {
    return [...this.#kinds.values()].sort((a, b) => b.files - a.files)
  }
}

/** Why a folder of masks and the like is. */
export const BESIDE_IMAGES = 'beside the folder of the images'
const OTHERS = 'other endings'
