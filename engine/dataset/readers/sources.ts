import type { Source } from './listing.ts'
import { statOf } from './entries.ts'

/** A clock may be as coarse as this: what changed later than so many milliseconds before a listing may change unseen. */
const COARSEST_CLOCK = 2000
/** Asking after more folders than this takes as long as listing them. */
const MOST_SOURCES = 20_000

/** What a listing was made of; each is asked for its time before it is read. */
export class Sources {
  readonly #started = Date.now()
  readonly #found: Source[] = []

  /** @param path absolute */
  add(path: string, mtime = statOf(path)?.mtimeMs ?? 0): void {
    this.#found.push([path, mtime])
  }

  /** Nothing where a change could go unseen. */
  all(): readonly Source[] | undefined {
    const isSafe =
      this.#found.length <= MOST_SOURCES && this.#found.every(([, mtime]) => mtime < this.#started - COARSEST_CLOCK)
    return isSafe ? this.#found : undefined
  }
}

/** Whether nothing was added, taken away or renamed since. */
export const areUnchanged = (sources: readonly Source[]): boolean =>
  sources.every(([path, mtime]) => statOf(path)?.mtimeMs === mtime)
