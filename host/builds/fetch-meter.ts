import type { FetchProgress } from '../../shared/contract/builds.ts'

/** Seconds before the time left is told: until then the speed is a guess. */
const EARLIEST = 3

/** How far the fetching of several wheels is, over all of them. */
export class FetchMeter {
  readonly #total: number
  readonly #start = Date.now()
  /** Bytes of wheels that have been dealt with, and those among them that were there before. */
  #passed = 0
  #found = 0

  constructor(
    wheels: readonly { readonly bytes: number }[],
    private readonly tell: (progress: FetchProgress) => void = () => undefined,
  ) {
    this.#total = wheels.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** @param bytes of this wheel that have come */
  show(doing: FetchProgress['doing'], name: string, bytes: number): void {
    const done = Math.min(this.#total, this.#passed + bytes)
    const seconds = (Date.now() - this.#start) / 1000
    const came = done - this.#found
    const secondsLeft = seconds > EARLIEST && came > 0 ? (seconds * (this.#total - done)) / came : undefined
    this.tell({ doing, name, done, total: this.#total, ...(secondsLeft !== undefined && { secondsLeft }) })
  }

  /** One is dealt with. @param wasThere it needed no work */
  pass(bytes: number, wasThere: boolean): void {
    this.#passed += bytes
    if (wasThere) this.#found += bytes
  }
}
