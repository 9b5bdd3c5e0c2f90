import { runFiles } from '../../shared/run-folder/files.ts'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { AnnealError, RunError } from '../../shared/errors.ts'
import { networkName } from '../../shared/recipe/network-name.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { parseRunRecord, type RunRecord, type ShownStatus } from '../../shared/run-folder/record.ts'
import { readJson, storing, writeJson } from '../../storage/files.ts'
import { ChecksumMismatch, fitsOneOf, readSealed, writeSealed } from '../../storage/sealed-json.ts'
import { trainedUntil } from './heartbeat.ts'
import type { Home } from '../machine/home.ts'
import { listCheckpoints } from './run-folder.ts'
import { lastLoss, recordLoss } from './trainer-loss.ts'

/** A run as it is found on disk. */
export interface StoredRun {
  readonly id: string
  readonly folder: string
  readonly record: RunRecord
  readonly status: ShownStatus
  /** Why it failed or was interrupted, where that is known: one sentence. */
  readonly problem?: string
  /**
   * Of a running one whose trainer cannot be asked, on another machine or in the folder that this is a copy of: when it
   * counts as gone, unless it gives another sign. Unix seconds.
   */
  readonly heldUntil?: number
}

/** A folder among the runs that cannot be read as one. */
export interface DamagedRun {
  readonly id: string
  readonly folder: string
  readonly problem: string
}

/** The run folders of a home. */
export class RunStore {
  constructor(private readonly home: Home) {}

  /** Makes the folder of a new run. Its name is told by the time, the network and the dataset, and is never taken twice. */
  create(recipe: Recipe, datasetName: string, now = new Date()): { id: string; folder: string } {
    const runs = this.home.ensure('runs')
    const base = [timeStamp(now), slug(networkName(recipe.model)), slug(recipe.run.name || datasetName)].join('_')
    for (let attempt = 1; ; attempt++) {
      const id = attempt === 1 ? base : `${base}_${attempt}`
      if (makeNew(join(runs, id))) return { id, folder: join(runs, id) }
    }
  }

  /** The same, with the recipe in it, for a run that is to be started later; returns its id. */
  prepare(recipe: Recipe, datasetName: string): string {
    const { id, folder } = this.create(recipe, datasetName)
    try {
      writeJson(join(folder, runFiles.recipe), recipe)
    } catch (error) {
      this.discardIfNotBegun(id)
      throw error
    }
    return id
  }

  /** Removes the folder of a run that never came to write its record. */
  discardIfNotBegun(id: string): void {
    if (!this.hasBegun(id)) rmSync(this.pathOf(id), { recursive: true, force: true })
  }

  /** Says better why a run has failed. For who holds its lock, when its trainer has ended. */
  explainFailure(folder: string, error: string): void {
    const { record } = readRun(folder)
    if (record.status === 'failed') writeSealed(join(folder, runFiles.record), { ...record, error } satisfies RunRecord)
  }

  /** Says why a run's trainer died. For who holds its lock, when that has ended. */
  explainLoss(folder: string, message: string): void {
    // The trainer can take it away no more.
    rmSync(join(folder, runFiles.heartbeat), { force: true })
    const step = stepOf(folder)
    if (step !== undefined) recordLoss(folder, step, message)
  }

  /** Every run, the newest first; and what is damaged. */
  list(): { runs: StoredRun[]; damaged: DamagedRun[] } {
    const runs: StoredRun[] = []
    const damaged: DamagedRun[] = []
    for (const id of this.#ids()) {
      const folder = join(this.home.runs, id)
      try {
        runs.push(readRun(folder))
      } catch (error) {
        if (!(error instanceof AnnealError)) throw error
        damaged.push({ id, folder, problem: error.message })
      }
    }
    return { runs: runs.sort((a, b) => (a.record.created < b.record.created ? 1 : -1)), damaged }
  }

  /** A run by `last`, its id, a beginning of it that no other has, or the path of its folder. Throws `RunError`. */
  find(wanted: string): StoredRun {
    if (wanted === 'last') return this.#last()
    const ids = this.#ids()
    const matches = ids.includes(wanted) ? [wanted] : ids.filter((id) => wanted !== '' && id.startsWith(wanted))
    if (matches.length === 1) return readRun(join(this.home.runs, matches[0]!))
    if (matches.length > 1)
      throw new RunError(`${matches.length} runs begin with ${wanted}; write more of the id, such as ${matches[0]}.`)
    if (existsSync(join(resolve(wanted), runFiles.record))) return readRun(resolve(wanted))
    throw new RunError(`There is no run ${wanted}; "anneal runs list" shows those there are.`)
  }

  /** The folder of a run of this home, whether or not it was ever started. Throws `RunError` where there is none. */
  folderOf(id: string): string {
    const folder = this.pathOf(id)
    if (basename(folder) !== id || !existsSync(folder)) throw new RunError(`There is no run ${id} any more.`)
    return folder
  }

  pathOf(id: string): string {
    return join(this.home.runs, id)
  }

  /** Whether a run has begun, and so has a record. */
  hasBegun(id: string): boolean {
    return existsSync(join(this.pathOf(id), runFiles.record))
  }

  /** Whether a run has saved a checkpoint that is complete. */
  hasCheckpoint(id: string): boolean {
    return listCheckpoints(this.pathOf(id)).length > 0
  }

  /** The ids of those that have a recipe and have not begun. */
  notBegun(): string[] {
    const { runs } = this.home
    if (!existsSync(runs)) return []
    return readdirSync(runs).filter((id) => !this.hasBegun(id) && existsSync(join(runs, id, runFiles.recipe)))
  }

  #last(): StoredRun {
    const [newest] = this.list().runs
    if (!newest) throw new RunError(`There is no run in ${this.home.runs} yet; start one with "anneal train".`)
    return newest
  }

  #ids(): string[] {
    const { runs } = this.home
    if (!storing(runs, () => existsSync(runs))) return []
    return storing(runs, () => readdirSync(runs)).filter((id) => existsSync(join(runs, id, runFiles.record)))
  }
}

/** Reads a run's folder. Throws `RunError` when its record is damaged or of a newer Anneal. */
export function readRun(folder: string): StoredRun {
  const id = basename(folder)
  const record = parseRunRecord(readDocument(folder, runFiles.record, readSealed), id)
  const { status, heldUntil } = standing(folder, record)
  const problem = status === 'interrupted' ? lastLoss(folder) : record.error
  return {
    id,
    folder,
    record,
    status,
    ...(problem !== undefined && { problem }),
    ...(heldUntil !== undefined && { heldUntil }),
  }
}

/** Nothing of a run that never began, or whose record is damaged. */
function stepOf(folder: string): number | undefined {
  try {
    return readRun(folder).record.step
  } catch (error) {
    if (!(error instanceof AnnealError)) throw error
  }
}

/** The recipe of a run as it was trained; of one that has not begun, as it is to be. Throws `RunError`. */
export function readRecipe({ folder, record }: Pick<StoredRun, 'folder'> & Partial<StoredRun>): Recipe {
  const document = readDocument(folder, runFiles.recipe, readJson)
  const { [runFiles.recipe]: now } = record?.checksums ?? {}
  const { [runFiles.recipe]: before } = record?.checksumsBefore ?? {}
  if (!fitsOneOf(document, [now, before]))
    throw new RunError(
      `The ${runFiles.recipe} of ${basename(folder)} is damaged or was changed since Anneal wrote it; restore it, or start a new run with what is there (--recipe).`,
    )
  try {
    return parseRecipe(document)
  } catch (error) {
    throw new RunError(
      `The ${runFiles.recipe} of ${basename(folder)} cannot be used; restore it or remove the run's folder. ${(error as Error).message}`,
      { cause: error },
    )
  }
}

function readDocument(folder: string, name: string, read: (path: string) => unknown): unknown {
  try {
    return read(join(folder, name))
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof ChecksumMismatch)) throw error
    throw new RunError(
      `The ${name} of ${basename(folder)} is damaged (${error.message}); restore it or remove the run's folder.`,
    )
  }
}

/** A run whose trainer is gone without a word was interrupted. */
function standing(
  folder: string,
  { status, trainer, started }: RunRecord,
): { status: ShownStatus; heldUntil?: number } {
  if (status !== 'running') return { status }
  const until = trainedUntil(folder, trainer, Date.parse(started) / 1000)
  if (until === undefined) return { status: 'interrupted' }
  return until === Infinity ? { status } : { status, heldUntil: until }
}

function makeNew(folder: string): boolean {
  return storing(folder, () => {
    try {
      mkdirSync(folder)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  })
}

const two = (value: number) => String(value).padStart(2, '0')

/** Local time, which is what a person remembers. */
function timeStamp(now: Date): string {
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-')
  return `${date}_${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-')}`
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 40) || 'run'
