/** Gives operations names that are unique in a graph and say where they were made, as TensorFlow's own scopes do. */
export class NameScope {
  readonly #taken = new Map<string, number>()
  #prefix = ''

  /** `prefix/name`, or `prefix/name_1` and so on where that is taken. */
  unique(name: string): string {
    const wanted = this.#prefix + name
    const used = this.#taken.get(wanted)
    this.#taken.set(wanted, (used ?? 0) + 1)
    if (used === undefined) return wanted
    const candidate = `${wanted}_${used}`
    return this.#taken.has(candidate) ? this.unique(name) : this.#take(candidate)
  }

  #take(name: string): string {
    this.#taken.set(name, 1)
    return name
  }

  within<R>(name: string, body: () => R): R {
    const outer = this.#prefix
    this.#prefix = `${this.unique(name)}/`
    try {
      return body()
    } finally {
      this.#prefix = outer
    }
  }
}
