/** Keeps what was used last, up to a number of bytes. */
export class ByteCache {
  readonly #entries = new Map<string, Uint8Array>()
  #bytes = 0

  constructor(private readonly limit: number) {}

  get bytes(): number {
    return this.#bytes
  }

  get(key: string): Uint8Array | undefined {
    const value = this.#entries.get(key)
    if (!value) return undefined
    // A map keeps the order of insertion: the first is the one not used for longest.
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  set(key: string, value: Uint8Array): void {
    this.#delete(key)
    this.#entries.set(key, value)
    this.#bytes += value.length
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.limit) break
      this.#delete(oldest)
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.length ?? 0
    this.#entries.delete(key)
  }
}
