import type { WorkbenchEvents } from '../../shared/contract/workbench.ts'

export type Notify = <K extends keyof WorkbenchEvents>(name: K, ...args: Parameters<WorkbenchEvents[K]>) => void

/** Passes events on to everyone who listens. */
export class Broadcast {
  readonly #listeners = new Set<Notify>()

  get size(): number {
    return this.#listeners.size
  }

  /** Returns what ends it. */
  listen(listener: Notify): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly send: Notify = (name, ...args) => {
    for (const listener of this.#listeners) listener(name, ...args)
  }
}
