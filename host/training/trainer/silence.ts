/** Told when a trainer has not answered for a while, with when it last did, in seconds of Unix time; and with nothing when it answers again. */
export type OnSilence = (since: number | undefined) => void

/** Milliseconds without an answer that are too many. */
export const SILENCE = 30_000
/** Looks in that time. */
const LOOKS = 10
/** Milliseconds by which a look comes late where we are only busy. */
const BUSY = 1000

/** Notices that the other side does not answer. While a call is under way, it is asked for a sign of life again and again. */
export class SilenceWatch {
  #calls = 0
  #timer: NodeJS.Timeout | undefined
  #looked = 0
  #isAsked = false
  /** Looks in a row that found no answer. They are counted, not the time: that goes on while the machine sleeps. */
  #missed = 0

  constructor(
    private readonly ping: () => Promise<void>,
    private readonly tell: OnSilence,
    private readonly limit = SILENCE,
  ) {}

  async during<R>(call: Promise<R>): Promise<R> {
    if (this.#calls++ === 0) this.#begin()
    try {
      return await call
    } finally {
      if (--this.#calls === 0) this.end()
    }
  }

  /** Whatever it says is a sign of life. */
  heard(): void {
    const wasSilent = this.#isSilent
    this.#isAsked = false
    this.#missed = 0
    if (wasSilent) this.tell(undefined)
  }

  /** Looks no more. */
  end(): void {
    clearInterval(this.#timer)
  }

  get #isSilent(): boolean {
    return this.#missed >= LOOKS
  }

  get #pace(): number {
    return this.limit / LOOKS
  }

  #begin(): void {
    this.#missed = 0
    this.#looked = performance.now()
    this.#timer = setInterval(() => this.#look(), this.#pace).unref()
    this.#ask()
  }

  #look(): void {
    const waited = performance.now() - this.#looked
    this.#looked += waited
    if (!this.#isAsked) return this.#ask()
    // We slept, or were stopped: so was the other side, or it had no chance to be heard.
    if (waited > this.#pace + BUSY) return
    this.#missed += 1
    if (this.#missed === LOOKS) this.tell((Date.now() - this.limit) / 1000)
  }

  #ask(): void {
    this.#isAsked = true
    // That the process is gone is told by others.
    this.ping().catch(() => undefined)
  }
}
