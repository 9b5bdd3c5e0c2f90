import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TrashedRun } from '../../shared/contract/workbench.ts'
import { RunError } from '../../shared/errors.ts'
import { makeFolder, storing } from '../../storage/files.ts'
import type { Home } from '../machine/home.ts'
import { readRecipe } from './run-store.ts'
import { readNotes } from './notes.ts'
import { sizeOf } from './run-folder.ts'

/** A folder in the trash is called after the time, in milliseconds of Unix time, and the run. */
const nameForm = /^(\d{13})-(.+)$/

/** Runs that were thrown away. They keep their disk space until they are deleted. */
export class Trash {
  constructor(private readonly home: Home) {}

  get #root(): string {
    return join(this.home.root, 'trash')
  }

  add(id: string, now = Date.now()): void {
    makeFolder(this.#root)
    const folder = join(this.home.runs, id)
    storing(folder, () => renameSync(folder, join(this.#root, `${now}-${id}`)))
    rmSync(this.home.keptMetrics(id), { recursive: true, force: true })
  }

  /** The latest first. */
  list(): TrashedRun[] {
    const found = this.#names().flatMap((name): TrashedRun[] => {
      const [, time, run] = nameForm.exec(name) ?? []
      const folder = join(this.#root, name)
      return run === undefined
        ? []
        : [{ name, run, ...labelOf(folder), trashed: new Date(Number(time)).toISOString(), bytes: sizeOf(folder) }]
    })
    return found.sort((a, b) => (a.trashed < b.trashed ? 1 : -1))
  }

  /** Returns the run's id. Throws `RunError` where it is gone, or a run of that name has come in its place. */
  restore(name: string): string {
    const run = this.#runOf(name)
    const folder = join(this.home.ensure('runs'), run)
    try {
      storing(folder, () => renameSync(join(this.#root, name), folder))
    } catch (error) {
      // Another Anneal may have been faster.
      this.#runOf(name)
      if (!existsSync(folder)) throw error
      throw new RunError(`${name} cannot be restored, since there is a run ${run}; rename or remove that first.`, {
        cause: error,
      })
    }
    return run
  }

  delete(name: string): void {
    this.#runOf(name)
    storing(this.#root, () => rmSync(join(this.#root, name), { recursive: true }))
  }

  #runOf(name: string): string {
    const [, , run] = nameForm.exec(name) ?? []
    if (run === undefined || !this.#names().includes(name))
      throw new RunError(`There is no ${name} in the trash any more.`)
    return run
  }

  #names(): string[] {
    try {
      return readdirSync(this.#root)
    } catch {
      return []
    }
  }
}

function labelOf(folder: string): { label?: string } {
  const label = readNotes(folder).name || recipeName(folder)
  return label ? { label } : {}
}

function recipeName(folder: string): string | undefined {
  try {
    return readRecipe({ folder }).run.name
  } catch {
    return undefined
  }
}
