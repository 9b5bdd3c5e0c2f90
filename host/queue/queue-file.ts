import { join } from 'node:path'
import { z } from 'zod'
import { StorageError } from '../../shared/errors.ts'
import { readJson, writeJson } from '../../storage/files.ts'
import type { Home } from '../home.ts'
import { takeLock } from '../lock-file.ts'

const entrySchema = z.strictObject({
  id: z.string(),
  /** `working` stays until the run has ended, so that one whose host died before its first step is found again. */
  state: z.enum(['waiting', 'working', 'failed']),
  /** Why it failed before its first step: one sentence. */
  problem: z.string().optional(),
})
const fileSchema = z.strictObject({ format: z.literal(1), entries: z.array(entrySchema) })

export type QueueEntry = Readonly<z.infer<typeof entrySchema>>

/** Milliseconds. */
const PATIENCE = 5000
const RETRY = 10

/** `queue.json` of a home: several hosts may read and change it. */
export class QueueFile {
  readonly path: string

  constructor(home: Home) {
    this.path = join(home.root, 'queue.json')
  }

  /** In the order in which they are to run. Throws `StorageError` where the file is damaged. */
  read(): QueueEntry[] {
    const refuse = (what: string) => new StorageError(`${this.path} is damaged (${what}); mend it, or delete it and queue the runs again.`)
    let content: unknown
    try {
      content = readJson(this.path)
    } catch (error) {
      throw error instanceof SyntaxError ? refuse(error.message) : error
    }
    if (content === undefined) return []
    const parsed = fileSchema.safeParse(content)
    if (!parsed.success) throw refuse(parsed.error.issues[0]!.message)
    return parsed.data.entries
  }

  /** Changes the queue while no other host does. */
  async update(change: (entries: readonly QueueEntry[]) => readonly QueueEntry[]): Promise<void> {
    const release = await this.#lock()
    try {
      const before = this.read()
      const after = change(before)
      if (JSON.stringify(after) !== JSON.stringify(before)) writeJson(this.path, { format: 1, entries: after })
    } finally {
      release()
    }
  }

  async #lock(): Promise<() => void> {
    const limit = Date.now() + PATIENCE
    for (;;) {
      const attempt = takeLock(`${this.path}.lock`)
      if ('release' in attempt) return attempt.release
      if (Date.now() > limit) throw new StorageError(`${this.path} is being changed by another Anneal (process ${attempt.holder?.pid}); try again.`)
      await new Promise((resolve) => setTimeout(resolve, RETRY))
    }
  }
}
