interface Disposable {
  dispose(): void
}

/** Owns native objects and frees them together, the last one first. */
export class Owner {
  readonly #owned: Disposable[] = []

  own<T extends Disposable>(object: T): T {
    this.#owned.push(object)
    return object
  }

  /** What a call makes with this owner; where it fails, nothing of it stays. */
  async whole<R>(make: () => Promise<R>): Promise<R> {
    try {
      return await make()
    } catch (error) {
      this.dispose()
      throw error
    }
  }

  dispose(): void {
    for (const object of this.#owned.splice(0).reverse()) object.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
