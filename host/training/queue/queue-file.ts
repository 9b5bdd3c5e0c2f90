import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { StorageError } from '../../../shared/errors.ts'
import { readJson, storing, writeJson } from '../../../storage/files.ts'
import type { Home } from '../../machine/home.ts'
import { takeLock } from '../../../storage/lock-file.ts'

const entrySchema = z.strictObject({
  id: z.string(),
  /** `working` stays until the run has ended, so that one whose host died before its first step is found again. */
  state: z.enum(['waiting', 'working', 'failed']),
  /** Why it failed before its first step: one sentence. */
  problem: z.string().optional(),
})
const fileSchema = z.strictObject({ format: z.literal(1), entries: z.array(entrySchema) })

export type QueueEntry = Readonly<z.infer<typeof entrySchema>>

/** The file says nothing that can be understood. */
export class DamagedQueueError extends StorageError {
  constructor(path: string, what: string) {
    super(`${path} is damaged (${what}); mend it, or delete it and queue the runs again.`)
  }
}

const isNewer = (content: unknown) =>
  typeof content === 'object' &&
  content !== null &&
  'format' in content &&
  typeof content.format === 'number' &&
  content.format > 1

/** Milliseconds. */
const PATIENCE = 5000
const RETRY = 10

/** `queue.json` of a home: several hosts may read and change it. */
export class QueueFile {
  readonly path: string

  constructor(home: Home) {
    this.path = join(home.root, 'queue.json')
  }

  /** In the order in which they are to run. Throws `DamagedQueueError`, or `StorageError` for one of a newer Anneal. */
  read(): QueueEntry[] {
    let content: unknown
    try {
      content = readJson(this.path)
    } catch (error) {
      throw error instanceof SyntaxError ? new DamagedQueueError(this.path, error.message) : error
    }
    if (content === undefined) return []
    if (isNewer(content))
      throw new StorageError(`${this.path} was written by a newer Anneal; start that one, or update this one.`)
    const parsed = fileSchema.safeParse(content)
    if (!parsed.success) throw new DamagedQueueError(this.path, parsed.error.issues[0]!.message)
    return parsed.data.entries
  }

  /** Changes the queue while no other host does. Throws as `read`. */
  async update(change: (entries: readonly QueueEntry[]) => readonly QueueEntry[]): Promise<void> {
    await this.#alone(() => {
      const before = this.read()
      const after = change(before)
      if (JSON.stringify(after) !== JSON.stringify(before)) writeJson(this.path, { format: 1, entries: after })
    })
  }

  /** Puts a damaged file aside and begins a new one. Returns the old one's new path; undefined where it is not damaged. */
  async replaceDamaged(entries: () => readonly QueueEntry[], now = Date.now()): Promise<string | undefined> {
    if (!this.#isDamaged()) return undefined
    return this.#alone(() => {
      // Another host may have done it meanwhile.
      if (!this.#isDamaged()) return undefined
      const aside = `${this.path}.damaged-${now}`
      storing(this.path, () => renameSync(this.path, aside))
      writeJson(this.path, { format: 1, entries: entries() })
      return aside
    })
  }

  #isDamaged(): boolean {
    try {
      this.read()
      return false
    } catch (error) {
      if (error instanceof DamagedQueueError) return true
      throw error
    }
  }

  async #alone<R>(work: () => R): Promise<R> {
    const release = await this.#lock()
    try {
      return work()
    } finally {
      release()
    }
  }

  async #lock(): Promise<() => void> {
    const limit = Date.now() + PATIENCE
    for (;;) {
      const attempt = takeLock(`${this.path}.lock`)
      if ('release' in attempt) return attempt.release
      if (Date.now() > limit)
        throw new StorageError(
          `${this.path} is being changed by another Anneal (process ${attempt.holder?.pid}); try again.`,
        )
      await new Promise((resolve) => setTimeout(resolve, RETRY))
    }
  }
}
