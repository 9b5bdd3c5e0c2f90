import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runLength } from '../../../shared/run-folder/length.ts'
import { storing } from '../../../storage/files.ts'
import { DamagedFileError, SharedJson } from '../../../storage/shared-json.ts'
import type { Home } from '../../machine/home.ts'

const entrySchema = z.strictObject({
  id: z.string(),
  /** `working` stays until the run has ended, so that one whose host died before its first step is found again. */
  state: z.enum(['waiting', 'working', 'failed']),
  /** Why it failed before its first step: one sentence. */
  problem: z.string().optional(),
  /** Of a run that had begun before: the start in its record then. It says whether the problem is one of the past by now. */
  started: z.string().optional(),
  /** How long a run is to be that trains further than its recipe says. */
  length: runLength.optional(),
})
const fileSchema = z.strictObject({ format: z.literal(1), entries: z.array(entrySchema) })

export type QueueEntry = Readonly<z.infer<typeof entrySchema>>

/** `queue.json` of a home: several hosts may read and change it. */
export class QueueFile {
  readonly #file: SharedJson<z.infer<typeof fileSchema>>

  constructor(home: Home) {
    this.#file = new SharedJson({
      path: join(home.root, 'queue.json'),
      schema: fileSchema,
      none: { format: 1, entries: [] },
      afterwards: 'queue the runs again',
    })
  }

  get path(): string {
    return this.#file.path
  }

  /** In the order in which they are to run. Throws `DamagedFileError`, or `StorageError` for one of a newer Anneal. */
  read(): QueueEntry[] {
    return this.#file.read().entries
  }

  /** Changes the queue while no other host does. Throws as `read`. */
  update(change: (entries: readonly QueueEntry[]) => readonly QueueEntry[]): Promise<void> {
    return this.#file.change(({ entries }) => ({ format: 1, entries: [...change(entries)] }))
  }

  /** Puts a damaged file aside and begins a new one. Returns the old one's new path; undefined where it is not damaged. */
  async replaceDamaged(entries: () => readonly QueueEntry[], now = Date.now()): Promise<string | undefined> {
    if (!this.#isDamaged()) return undefined
    return this.#file.alone(() => {
      // Another host may have done it meanwhile.
      if (!this.#isDamaged()) return undefined
      const aside = `${this.path}.damaged-${now}`
      storing(this.path, () => renameSync(this.path, aside))
      this.#file.write({ format: 1, entries: [...entries()] })
      return aside
    })
  }

  #isDamaged(): boolean {
    try {
      this.read()
      return false
    } catch (error) {
      if (error instanceof DamagedFileError) return true
      throw error
    }
  }
}
