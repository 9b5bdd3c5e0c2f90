import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { TrackedSplit } from '../../shared/recipe/split.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { isClassCounts, type ClassCounts } from '../../shared/run-folder/class-counts.ts'
import { isMetricsRecord, type MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { evaluationReport } from '../../shared/run-folder/evaluation.ts'
import { evaluationFiles, runFiles } from '../../shared/run-folder/files.ts'
import type { RunEvent } from '../../shared/run-folder/events.ts'
import { storing, writeJson } from '../../storage/files.ts'
import { readSealed, valueSha256, writeSealed } from '../../storage/sealed-json.ts'
import { wholeFolders } from '../../storage/write-folder.ts'
import { appendLine, filterLines, readLines } from './json-lines.ts'
import { setAside } from './set-aside.ts'
import { EventFile } from './tensorboard.ts'
import { runChecksums } from './verify-run.ts'

const tensorBoardFolders: Record<TrackedSplit, string> = { train: 'train', val: 'eval' }

/** Writes the folder of a run. There is one writer a run: its trainer. */
export class RunWriter {
  #record: RunRecord
  #events: Record<TrackedSplit, EventFile>
  /** What of the folder could not be read when it was opened, and is not there any more: sentences. */
  readonly leftOut: string[] = []
  /** What of later steps was set aside when it was opened: a sentence. */
  readonly setAside: string | undefined

  /** Opens the folder for a start of the run after `record.step` steps; what was logged after that step is void. */
  constructor(
    readonly folder: string,
    record: RunRecord,
    recipe: Recipe,
  ) {
    this.#record = record
    this.setAside = this.#storing(() => setAside(folder, record.step))
    this.#events = this.#storing(() => {
      mkdirSync(this.checkpoints, { recursive: true })
      const before = runChecksums(folder)
      // Whenever this ends, one of the two tells the recipe that is there.
      if (before[runFiles.recipe] !== undefined)
        this.update({ checksums: { ...before, [runFiles.recipe]: valueSha256(recipe) }, checksumsBefore: before })
      writeJson(join(folder, runFiles.recipe), recipe)
      // A last line that a crash cut short would swallow the next one.
      this.#filter(runFiles.events, () => true)
      return this.#metricsFrom(record.step)
    })
    this.update({ checksums: runChecksums(folder), checksumsBefore: undefined })
  }

  /** What was logged after so many steps is void: training goes on from there. */
  goBack(step: number, epoch: number): void {
    this.#events = this.#storing(() => this.#metricsFrom(step))
    this.update({ step, epoch })
  }

  #metricsFrom(step: number): Record<TrackedSplit, EventFile> {
    this.#dropValidationAfter(step)
    this.#filter(runFiles.metrics, (record) => !isMetricsRecord(record) || record.step <= step)
    this.#filter(runFiles.classes, (record) => isClassCounts(record) && record.step <= step)
    const tensorBoard = (split: TrackedSplit) =>
      new EventFile(join(this.folder, runFiles.tensorBoard, tensorBoardFolders[split]), step)
    return { train: tensorBoard('train'), val: tensorBoard('val') }
  }

  /** What was measured after so many steps is void, like the metrics; the next validation makes another one. */
  #dropValidationAfter(step: number): void {
    const folder = wholeFolders(this.folder).get(runFiles.validation)
    if (folder === undefined) return
    const report = join(folder, evaluationFiles.report)
    if (stepOf(report) <= step) return
    // Without its report it is none: what a crash leaves half deleted must not look whole.
    rmSync(report, { force: true })
    rmSync(folder, { recursive: true, force: true })
  }

  #filter(name: string, keep: (value: object) => boolean): void {
    const lines = filterLines(this.#path(name), keep)
    if (lines > 0)
      this.leftOut.push(
        `${lines} damaged ${lines === 1 ? 'line' : 'lines'} of ${name} could not be read, and ${lines === 1 ? 'was' : 'were'} taken out.`,
      )
  }

  get checkpoints(): string {
    return join(this.folder, runFiles.checkpoints)
  }

  get record(): RunRecord {
    return this.#record
  }

  /** Changes `run.json`. */
  update(change: Partial<RunRecord>): void {
    this.#record = { ...this.#record, ...change }
    writeSealed(this.#path(runFiles.record), this.#record)
  }

  /** What `metrics.jsonl` holds, in order. */
  readMetrics(): MetricsRecord[] {
    return readLines(this.#path(runFiles.metrics), isMetricsRecord)
  }

  metrics(split: TrackedSplit, step: number, epoch: number, values: Readonly<Record<string, number>>): void {
    const wall = Date.now() / 1000
    this.#storing(() => {
      appendLine(this.#path(runFiles.metrics), { step, epoch, wall, split, values } satisfies MetricsRecord)
      this.#events[split].scalars(wall, step, values)
    })
  }

  /** How the classes fared at an evaluation. */
  classes(step: number, epoch: number, classes: readonly { readonly images: number; readonly correct: number }[]) {
    const counts = { images: classes.map(({ images }) => images), correct: classes.map(({ correct }) => correct) }
    const line: ClassCounts = { step, epoch, wall: Date.now() / 1000, ...counts }
    this.#storing(() => appendLine(this.#path(runFiles.classes), line))
  }

  event(kind: RunEvent['kind'], step: number, text: string): void {
    this.#storing(() =>
      appendLine(this.#path(runFiles.events), {
        wall: Date.now() / 1000,
        kind,
        step,
        message: text,
      } satisfies RunEvent),
    )
  }

  #path(name: string): string {
    return join(this.folder, name)
  }

  #storing<R>(work: () => R): R {
    return storing(this.folder, work)
  }
}

/** One that cannot be read is of no step that was done. */
function stepOf(report: string): number {
  try {
    return evaluationReport.parse(readSealed(report)).step
  } catch {
    return Infinity
  }
}
