import { join } from 'node:path'
import type { RunDetail, ShownRun, WorkbenchCalls } from '../../shared/contract/workbench.ts'
import { RunError } from '../../shared/errors.ts'
import type { LiveRuns } from '../queue/live-runs.ts'
import type { RunQueue } from '../queue/run-queue.ts'
import { checkResumable, type Training } from '../training.ts'
import { readRun } from '../run-store.ts'
import { Figures } from '../runs/figures.ts'
import { annotate } from '../runs/notes.ts'
import { readMetrics } from '../runs/read-metrics.ts'
import { runDetail, shownRuns, type RunSources } from '../runs/shown-runs.ts'
import type { Trash } from '../runs/trash.ts'
import { readTail } from '../trainer/log-tail.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'
import { inTurn } from './in-turn.ts'
import { knownDataset } from './known-dataset.ts'
import { withKnownPlaces } from './known-places.ts'
import { trashCalls, type TrashNames } from './trash-calls.ts'

export interface RunParts {
  readonly workbench: Workbench
  readonly queue: RunQueue
  readonly live: LiveRuns
  readonly trash: Trash
  readonly pages: Broadcast
  /** What went wrong unasked: sentences. */
  readonly complaints: readonly string[]
}

type Names =
  | 'listRuns'
  | 'listProblems'
  | 'readRun'
  | 'readMetrics'
  | 'readFigures'
  | 'readLog'
  | 'annotateRun'
  | TrashNames
  | 'startRun'
  | 'resumeRun'
  | 'stopRun'
  | 'saveCheckpoint'
  | 'pauseRun'
  | 'scaleLearningRate'
  | 'moveQueued'
  | 'evaluateRun'

/** Bytes of a log that a page is sent. */
const LOG_BYTES = 256 * 1024

/** The calls about runs. */
export function runCalls({ workbench, queue, live, trash, pages, complaints }: RunParts): Pick<WorkbenchCalls, Names> {
  const { runs } = workbench
  const sources = (): RunSources => ({ store: runs, queue: queue.entries(), live: live.all })
  const figures = new Figures(
    (id) => join(runs.folderOf(id), 'metrics.jsonl'),
    (id) => workbench.home.keptMetrics(id),
  )
  const changed = () => pages.send('runsChanged')
  return {
    listRuns: () => inTurn<ShownRun[]>(() => shownRuns(sources())),
    listProblems: () => inTurn(() => [queue.problem, ...complaints].filter((problem) => problem !== undefined)),
    readRun: (id) => inTurn<RunDetail>(() => runDetail(id, sources())),
    readMetrics: async (id, cursor) =>
      readMetrics(join(runs.folderOf(id), 'metrics.jsonl'), cursor, workbench.home.keptMetrics(id)),
    readFigures: (ids) => figures.of(ids),
    readLog: (id) => inTurn(() => readTail(join(runs.folderOf(id), 'trainer.log'), LOG_BYTES)),
    annotateRun: (id, change) => inTurn(() => annotate(runs.folderOf(id), change)).then(changed),
    ...trashCalls({ runs, queue, trash, shown: () => shownRuns(sources()), changed }),
    async startRun(recipe) {
      const dataset = knownDataset(workbench.datasets, recipe.data.dataset).name
      const id = workbench.prepare(withKnownPlaces({ ...recipe, data: { ...recipe.data, dataset } }, workbench.home))
      await queue.add(id)
      return { id }
    },
    async resumeRun(id) {
      const folder = runs.folderOf(id)
      if (runs.isBorn(id)) checkResumable(readRun(folder))
      await queue.add(id)
    },
    stopRun: (id) => stopRun({ workbench, queue, trash }, id),
    saveCheckpoint: async (id) => atWork(queue, id).saveCheckpoint(),
    pauseRun: async (id, paused) => atWork(queue, id).pause(paused),
    scaleLearningRate: async (id, factor) => atWork(queue, id).scaleLearningRate(factor),
    moveQueued: (id, place) => queue.move(id, place),
    async evaluateRun(id, checkpoint, split) {
      const run = readRun(runs.folderOf(id))
      return workbench
        .evaluate(run, {
          checkpoint,
          split,
          onProgress: (progress) => live.all.has(id) || pages.send('runProgress', id, progress),
        })
        .finally(changed)
    },
  }
}

async function stopRun(
  { workbench, queue, trash }: Pick<RunParts, 'workbench' | 'queue' | 'trash'>,
  id: string,
): Promise<void> {
  if (queue.current?.id === id) return queue.current.stop()
  const entry = queue.entries().find((candidate) => candidate.id === id)
  if (entry?.state !== 'waiting') throw notHere(id)
  await queue.remove(id)
  // One that never began has nothing but its recipe: the trash keeps that.
  if (!workbench.runs.isBorn(id)) trash.add(id)
}

/** Throws `RunError` where this host does not train the run. */
function atWork({ current }: RunQueue, id: string): Training {
  if (current?.id !== id) throw notHere(id)
  return current
}

const notHere = (id: string) =>
  new RunError(`The run ${id} is not at work in this Anneal; if it was started elsewhere, use that window or terminal.`)
