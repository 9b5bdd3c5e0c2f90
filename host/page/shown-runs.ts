import { withPlan } from '../../shared/run-folder/plan.ts'
import type { RunDetail, ShownRun } from '../../shared/contract/workbench.ts'
import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { QueueEntry } from '../training/queue/queue-file.ts'
import { waiting } from '../training/queue/queue-order.ts'
import { readRecipe, readRun, type DamagedRun, type RunStore, type StoredRun } from '../runs/run-store.ts'
import { readNotes } from '../runs/notes.ts'
import { readEvents } from '../runs/run-events.ts'
import {
  lastValidation,
  leftOutBesideMetrics,
  listCheckpoints,
  storedEvaluations,
  type StoredEvaluation,
} from '../runs/run-folder.ts'

/** What this host knows of runs beyond their folders. */
export interface LiveRun {
  readonly progress?: TrainerProgress
  readonly paused: boolean
  readonly silentSince?: number
}

export interface RunSources {
  readonly store: RunStore
  readonly queue: readonly QueueEntry[]
  /** Those that this host trains. */
  readonly live: ReadonlyMap<string, LiveRun>
}

/** Every run: those that wait first, in their order, then the others with the newest first. */
export function shownRuns(sources: RunSources): ShownRun[] {
  const { runs, damaged } = sources.store.list()
  const known = new Set([...runs, ...damaged].map(({ id }) => id))
  const notBegun = sources.queue.filter(({ id }) => !known.has(id)).map((entry) => shownNotBegun(entry, sources))
  const all = [...notBegun, ...runs.map((run) => shownStored(run, sources)), ...damaged.map(shownDamaged)]
  return all.sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || 0)
}

/** Throws `RunError` for one that does not exist or cannot be read. */
export function runDetail(id: string, sources: RunSources): RunDetail {
  const folder = sources.store.folderOf(id)
  const entry = sources.queue.find((candidate) => candidate.id === id)
  const shown =
    entry && !sources.store.hasBegun(id) ? shownNotBegun(entry, sources) : shownStored(readRun(folder), sources)
  const validation = lastValidation(folder)
  return {
    ...shown,
    folder,
    events: readEvents(folder).records,
    checkpoints: listCheckpoints(folder),
    evaluations: storedEvaluations(folder).map(named),
    ...(validation && { validation: named(validation) }),
    leftOut: leftOutBesideMetrics(folder, shown.status === 'running'),
  }
}

/** As a page has it. */
export const named = ({ name, report }: StoredEvaluation) => ({ name, ...report })

function shownStored(run: StoredRun, sources: RunSources): ShownRun {
  const { id, folder, record, status, heldUntil } = run
  const place = placeOf(id, sources.queue)
  const live = sources.live.get(id)
  const { recipe, problem: changed } = recipeOf(run)
  const problems = [run.problem, changed, refusal(run, sources.queue)].filter((problem) => problem !== undefined)
  return {
    id,
    record: recipe ? withPlan(record, recipe) : record,
    status: place === undefined ? (live ? 'running' : status) : 'queued',
    ...(recipe && { recipe }),
    notes: readNotes(folder),
    ...(place !== undefined && { place, ...longerOf(id, sources.queue) }),
    ...(problems.length > 0 && (status !== 'running' || changed !== undefined) && { problem: problems.join(' ') }),
    ...live,
    ...(status === 'running' && !live && elsewhere(heldUntil)),
  }
}

/** Who else trains it is not known, but until when it is left to them. */
const elsewhere = (heldUntil: StoredRun['heldUntil']) => ({
  elsewhere: true,
  ...(heldUntil !== undefined && { heldUntil }),
})

/** A run without a record: it waits for its first start, is at it, or failed before its first step. */
function shownNotBegun({ id, state, problem }: QueueEntry, sources: RunSources): ShownRun {
  const live = sources.live.get(id)
  const place = placeOf(id, sources.queue)
  const folder = sources.store.pathOf(id)
  const common = { id, ...recipeOf({ folder }), notes: readNotes(folder), ...live }
  switch (state) {
    case 'waiting':
      return { ...common, status: 'queued', place }
    case 'working':
      return { ...common, status: 'running', ...(!live && { elsewhere: true }) }
    case 'failed':
      return { ...common, status: 'failed', problem }
  }
}

const shownDamaged = ({ id, problem }: DamagedRun): ShownRun => ({ id, problem, status: 'damaged', notes: {} })

function placeOf(id: string, queue: readonly QueueEntry[]): number | undefined {
  const place = waiting(queue).findIndex((entry) => entry.id === id)
  return place < 0 ? undefined : place
}

/** Why a run was refused when it was to go on, unless it was started since. */
function refusal({ id, record }: StoredRun, queue: readonly QueueEntry[]): string | undefined {
  const entry = queue.find((candidate) => candidate.id === id)
  return entry?.state === 'failed' && entry.started === record.started ? entry.problem : undefined
}

function longerOf(id: string, queue: readonly QueueEntry[]): Pick<ShownRun, 'longer'> {
  const longer = queue.find((entry) => entry.id === id)?.length
  return longer ? { longer } : {}
}

function recipeOf(run: Pick<StoredRun, 'folder'> & Partial<StoredRun>): { recipe?: Recipe; problem?: string } {
  try {
    return { recipe: readRecipe(run) }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}
