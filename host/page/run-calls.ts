import { runFiles } from '../../shared/run-folder/files.ts'
import { join } from 'node:path'
import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import type { RunDetail, ShownRun, WorkbenchCalls } from '../../shared/contract/workbench.ts'
import { RunError } from '../../shared/errors.ts'
import type { LiveRuns } from './live-runs.ts'
import type { RunQueue } from '../training/queue/run-queue.ts'
import { describeLonger } from '../training/longer-recipe.ts'
import { checkResumable, type RunHandle } from '../training/run-handle.ts'
import { readRun } from '../runs/run-store.ts'
import { Figures } from '../runs/figures.ts'
import { annotate } from '../runs/notes.ts'
import { readClassRecalls } from '../runs/read-class-recalls.ts'
import { readMetrics } from '../runs/read-metrics.ts'
import { ProgressPace } from './progress-pace.ts'
import { runDetail, shownRuns, type RunSources } from './shown-runs.ts'
import type { Trash } from '../runs/trash.ts'
import { readTail } from '../training/trainer/log-tail.ts'
import { pageOfComparison, pageOfEvaluation } from '../evaluation-html.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'
import { EvaluationMaps } from './evaluation-maps.ts'
import { inTurn } from './in-turn.ts'
import { keptReport } from './kept-report.ts'
import { knownDataset } from './known-dataset.ts'
import { knownEvaluation, knownImages } from './known-evaluation.ts'
import { modelCalls } from './model-calls.ts'
import { withKnownPlaces } from './known-places.ts'
import { trashCalls } from './trash-calls.ts'

export interface RunParts {
  readonly workbench: Workbench
  readonly queue: RunQueue
  readonly live: LiveRuns
  readonly trash: Trash
  readonly pages: Broadcast
  /** What went wrong unasked: sentences. */
  readonly complaints: readonly string[]
}

/** Bytes of a log that a page is sent. */
const LOG_BYTES = 256 * 1024

/** The calls about runs. */
export function runCalls(parts: RunParts) {
  const { workbench, queue, live, trash, pages } = parts
  const sources = (): RunSources => ({ store: workbench.runs, queue: queue.entries(), live: live.all })
  const changed = () => pages.send('runsChanged')
  return {
    ...readCalls(parts, sources),
    ...controlCalls(parts),
    ...changeCalls(parts, changed),
    ...evaluationCalls(parts),
    ...modelCalls(parts),
    ...trashCalls({ runs: workbench.runs, queue, trash, shown: () => shownRuns(sources()), changed }),
  }
}

function readCalls({ workbench: { runs, home }, queue, complaints }: RunParts, sources: () => RunSources) {
  const metricsFile = (id: string) => join(runs.folderOf(id), runFiles.metrics)
  const figures = new Figures(metricsFile, (id) => home.keptMetrics(id))
  return {
    listRuns: () => inTurn<ShownRun[]>(() => shownRuns(sources())),
    listProblems: () => inTurn(() => [queue.problem, ...complaints].filter((problem) => problem !== undefined)),
    readRun: (id) => inTurn<RunDetail>(() => runDetail(id, sources())),
    readMetrics: async (id, cursor) => readMetrics(metricsFile(id), cursor, home.keptMetrics(id)),
    readClassRecalls: (id) =>
      inTurn(() => readClassRecalls(runs.folderOf(id), readRun(runs.folderOf(id)).record.dataset.classes)),
    readFigures: (ids) => figures.of(ids),
    readLog: (id) => inTurn(() => readTail(join(runs.folderOf(id), runFiles.log), LOG_BYTES)),
  } satisfies Partial<WorkbenchCalls>
}

function controlCalls({ workbench, queue, trash }: RunParts) {
  return {
    stopRun: (id) => stopRun({ workbench, queue, trash }, id),
    killRun: (id) => killRun(queue, id),
    saveCheckpoint: async (id) => atWork(queue, id).saveCheckpoint(),
    pauseRun: async (id, paused) => atWork(queue, id).pause(paused),
    scaleLearningRate: async (id, factor) => atWork(queue, id).scaleLearningRate(factor),
    moveQueued: (id, place) => queue.move(id, place),
  } satisfies Partial<WorkbenchCalls>
}

function changeCalls({ workbench, queue, live, pages }: RunParts, changed: () => void) {
  const { runs, datasets, home } = workbench
  return {
    annotateRun: (id, change) => inTurn(() => annotate(runs.folderOf(id), change)).then(changed),
    async startRun(recipe) {
      const { name: dataset } = await knownDataset(datasets, recipe.data.dataset)
      const id = await workbench.prepare(withKnownPlaces({ ...recipe, data: { ...recipe.data, dataset } }, home))
      await queue.add(id)
      return { id }
    },
    describeLonger: (id, length) => inTurn(() => describeLonger(readRun(runs.folderOf(id)), length)),
    async resumeRun(id, length) {
      const folder = runs.folderOf(id)
      if (length || runs.hasBegun(id)) {
        const run = readRun(folder)
        checkResumable(run, { further: length !== undefined })
        if (length) describeLonger(run, length)
        await workbench.datasetOf(run)
      }
      await queue.add(id, length)
    },
    async evaluateRun(id, checkpoint, split, dataset, choices) {
      const run = readRun(runs.folderOf(id))
      const other = dataset === undefined ? undefined : (await knownDataset(datasets, dataset)).name
      const pace = new ProgressPace((progress) => live.all.has(id) || pages.send('runProgress', id, progress))
      const onProgress = (progress: TrainerProgress) => pace.add(progress)
      const report = await workbench
        .evaluate(run, { ...choices, checkpoint, split, dataset: other, onProgress })
        .finally(() => {
          pace.flush()
          changed()
        })
      return keptReport(report)
    },
  } satisfies Partial<WorkbenchCalls>
}

function evaluationCalls({ workbench, pages }: RunParts) {
  const maps = new EvaluationMaps(workbench, pages)
  const both = (id: string, name: string, otherId: string, otherName: string) =>
    [knownEvaluation(workbench, id, name), knownEvaluation(workbench, otherId, otherName)] as const
  return {
    readEvaluationFigures: (id, name, rows) =>
      inTurn(() => knownEvaluation(workbench, id, name)).then((found) => workbench.evaluations.figures(...found, rows)),
    mapEvaluation: (...asked) => maps.make(...asked),
    stopMap: (id, name) => Promise.resolve(maps.stop(id, name)),
    compareEvaluations: (id, name, otherId, otherName) =>
      inTurn(() => both(id, name, otherId, otherName)).then(([[run, first], [, second]]) =>
        workbench.evaluations.compare(run, first, second),
      ),
    readEvaluationHistory: (id, name) =>
      inTurn(() => knownEvaluation(workbench, id, name)).then((found) => workbench.evaluations.history(...found)),
    evaluationPage: (id, name) =>
      inTurn(() => knownEvaluation(workbench, id, name)).then((found) =>
        pageOfEvaluation(workbench, found, knownImages(workbench)),
      ),
    comparisonPage: (id, name, otherId, otherName) =>
      inTurn(() => both(id, name, otherId, otherName)).then((found) =>
        pageOfComparison(workbench, found, knownImages(workbench)),
      ),
  } satisfies Partial<WorkbenchCalls>
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
  if (!workbench.runs.hasBegun(id)) trash.add(id)
}

/** Resolves when the process is gone. */
async function killRun(queue: RunQueue, id: string): Promise<void> {
  const run = atWork(queue, id)
  run.kill()
  await run.outcome.catch(() => undefined)
}

/** Throws `RunError` where this host does not train the run. */
function atWork({ current }: RunQueue, id: string): RunHandle {
  if (current?.id !== id) throw notHere(id)
  return current
}

const notHere = (id: string) =>
  new RunError(`The run ${id} is not at work in this Anneal; if it was started elsewhere, use that window or terminal.`)
