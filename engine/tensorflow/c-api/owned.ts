import { DisposedError } from '../../../shared/errors.ts'
import type { Pointer } from './native.ts'

const live = new Map<string, number>()

const count = (kind: string, change: number) => live.set(kind, (live.get(kind) ?? 0) + change)

/** How many native objects of a kind (`Tensor`, `Graph`, `Session`, ...) exist now; for tests of leaks. */
export function liveObjects(kind: string): number {
  return live.get(kind) ?? 0
}

/** A native object with one explicit owner: whoever holds it disposes it, once. */
export abstract class Owned {
  #pointer: Pointer | null
  readonly #kind: string
  readonly #free: (pointer: Pointer) => void

  protected constructor(kind: string, pointer: Pointer, free: (pointer: Pointer) => void) {
    this.#kind = kind
    this.#pointer = pointer
    this.#free = free
    count(kind, 1)
  }

  /** The native address. Throws `DisposedError` after {@link dispose}. */
  get pointer(): Pointer {
    if (!this.#pointer) throw new DisposedError(`A ${this.#kind} was used after it had been disposed.`)
    return this.#pointer
  }

  get disposed(): boolean {
    return this.#pointer === null
  }

  /** Frees the native memory. Throws `DisposedError` the second time. */
  dispose(): void {
    const pointer = this.pointer
    this.#pointer = null
    count(this.#kind, -1)
    this.#free(pointer)
  }

  [Symbol.dispose](): void {
    if (!this.disposed) this.dispose()
  }
}
