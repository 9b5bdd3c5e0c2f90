/** Milliseconds between the progress that pages are told. */
export const PACE = 50

/** Passes on at most one value in `interval` milliseconds: those between are dropped, the last one never. */
export class Throttle<T> {
  #waiting: { readonly value: T } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly interval: number,
    private readonly deliver: (value: T) => void,
  ) {}

  add(value: T): void {
    if (this.#timer) {
      this.#waiting = { value }
      return
    }
    this.deliver(value)
    this.#timer = setTimeout(() => this.#next(), this.interval)
  }

  /** Delivers what waits, now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) this.deliver(waiting.value)
  }

  #next(): void {
    this.#timer = undefined
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) this.add(waiting.value)
  }
}
