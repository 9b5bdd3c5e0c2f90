import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { MetricsRecord, RunEvent, RunRecord, Split } from '../../shared/run-folder/run.ts'
import { storing, writeJson } from '../../storage/files.ts'
import { appendLine, filterLines, readLines } from './json-lines.ts'
import { EventFile } from './tensorboard.ts'

const tensorBoardFolders: Record<Split, string> = { train: 'train', val: 'eval' }

/** Writes the folder of a run. There is one writer a run: its trainer. */
export class RunWriter {
  #record: RunRecord
  #events: Record<Split, EventFile>

  /** Opens the folder for a start of the run after `record.step` steps; what was logged after that step is void. */
  constructor(
    readonly folder: string,
    record: RunRecord,
    recipe: Recipe,
  ) {
    this.#record = record
    this.#events = this.#storing(() => {
      mkdirSync(this.checkpoints, { recursive: true })
      writeJson(join(folder, 'recipe.json'), recipe)
      // A last line that a crash cut short would swallow the next one.
      filterLines<RunEvent>(this.#path('events.jsonl'), () => true)
      return this.#metricsFrom(record.step)
    })
    this.update({})
  }

  /** What was logged after so many steps is void: training goes on from there. */
  goBack(step: number, epoch: number): void {
    this.#events = this.#storing(() => this.#metricsFrom(step))
    this.update({ step, epoch })
  }

  #metricsFrom(step: number): Record<Split, EventFile> {
    filterLines<MetricsRecord>(this.#path('metrics.jsonl'), (metrics) => metrics.step <= step)
    const tensorBoard = (split: Split) =>
      new EventFile(join(this.folder, 'tensorboard', tensorBoardFolders[split]), step)
    return { train: tensorBoard('train'), val: tensorBoard('val') }
  }

  get checkpoints(): string {
    return join(this.folder, 'checkpoints')
  }

  get record(): RunRecord {
    return this.#record
  }

  /** Changes `run.json`. */
  update(change: Partial<RunRecord>): void {
    this.#record = { ...this.#record, ...change }
    writeJson(this.#path('run.json'), this.#record)
  }

  /** What `metrics.jsonl` holds, in order. */
  readMetrics(): MetricsRecord[] {
    return readLines<MetricsRecord>(this.#path('metrics.jsonl'))
  }

  metrics(split: Split, step: number, epoch: number, values: Readonly<Record<string, number>>): void {
    const wall = Date.now() / 1000
    this.#storing(() => {
      appendLine(this.#path('metrics.jsonl'), { step, epoch, wall, split, values } satisfies MetricsRecord)
      this.#events[split].scalars(wall, step, values)
    })
  }

  event(kind: RunEvent['kind'], step: number, text: string): void {
    this.#storing(() =>
      appendLine(this.#path('events.jsonl'), { wall: Date.now() / 1000, kind, step, message: text } satisfies RunEvent),
    )
  }

  #path(name: string): string {
    return join(this.folder, name)
  }

  #storing<R>(work: () => R): R {
    return storing(this.folder, work)
  }
}
