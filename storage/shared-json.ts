import type { z } from 'zod'
import { StorageError } from '../shared/errors.ts'
import { alone } from './alone.ts'
import { readJson, writeJson } from './files.ts'

/** The file says nothing that can be understood. */
export class DamagedFileError extends StorageError {}

export interface SharedJsonOptions<T> {
  readonly path: string
  readonly schema: z.ZodType<T>
  /** What a file that is not there stands for. */
  readonly none: T
  /** What to do after deleting a damaged one: `add the datasets again`. */
  readonly afterwards: string
}

/** A JSON file that several processes read, change and write: this is the one way to change it. */
export class SharedJson<T> {
  readonly path: string

  constructor(private readonly options: SharedJsonOptions<T>) {
    this.path = options.path
  }

  /** Throws `DamagedFileError`, or `StorageError` for one of a newer Anneal. */
  read(): T {
    const { path, schema, none } = this.options
    let content: unknown
    try {
      content = readJson(path)
    } catch (error) {
      throw error instanceof SyntaxError ? this.#damaged(error.message) : error
    }
    if (content === undefined) return none
    if (isNewer(content))
      throw new StorageError(`${path} was written by a newer Anneal; start that one, or update this one.`)
    const parsed = schema.safeParse(content)
    if (!parsed.success) throw this.#damaged(parsed.error.issues[0]!.message)
    return parsed.data
  }

  /** Changes the content while no other process does; a change that throws leaves it as it was. Throws as `read`. */
  change(change: (content: T) => T): Promise<void> {
    return this.alone(() => {
      const before = this.read()
      const after = change(before)
      if (JSON.stringify(after) !== JSON.stringify(before)) this.write(after)
    })
  }

  /** Only within `alone`. */
  write(content: T): void {
    writeJson(this.path, content)
  }

  /** Does work on the file while no other process does. */
  alone<R>(work: () => R): Promise<R> {
    return alone(this.path, work)
  }

  #damaged(what: string): DamagedFileError {
    const { path, afterwards } = this.options
    return new DamagedFileError(`${path} is damaged (${what}); mend it, or delete it and ${afterwards}.`)
  }
}

const isNewer = (content: unknown) =>
  typeof content === 'object' &&
  content !== null &&
  'format' in content &&
  typeof content.format === 'number' &&
  content.format > 1
