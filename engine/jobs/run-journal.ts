import { runFiles } from '../../shared/run-folder/files.ts'
import type { TrainRequest } from '../../shared/contract/trainer.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { RunRecord, RunSpeed, RunSummary } from '../../shared/run-folder/record.ts'
import { DlLog } from '../run-folder/dllogger.ts'
import { RunWriter } from '../run-folder/run-writer.ts'
import { Evaluations } from '../training/evaluations.ts'
import type { Evaluated, MeanMetrics } from '../training/train.ts'
import type { Report } from './report.ts'

type ClassesOf = Pick<EvaluationReport, 'classes'>

/** What a run tells of itself while it trains: in its folder, to its host, and in DLLogger's form where that is wanted. */
export class RunJournal {
  readonly writer: RunWriter
  readonly #log: DlLog | undefined
  #evaluations: Evaluations

  constructor(
    private readonly request: TrainRequest,
    record: RunRecord,
    private readonly stepsPerEpoch: number,
    readonly report: Report,
  ) {
    this.#log = request.dllogger === undefined ? undefined : new DlLog(request.dllogger, request.recipe)
    this.writer = new RunWriter(request.runFolder, record, request.recipe)
    this.#evaluations = this.#recall()
    this.#updateSummary()
  }

  get evaluations(): Evaluations {
    return this.#evaluations
  }

  metrics({ step, values }: MeanMetrics): void {
    this.writer.metrics('train', step, step / this.stepsPerEpoch, values)
    this.#log?.step(step, this.stepsPerEpoch, values)
  }

  /** Says whether it is the best so far. */
  evaluated(step: number, { top1, top5, loss, classes }: Evaluated & ClassesOf): boolean {
    const epoch = step / this.stepsPerEpoch
    const isBest = this.#evaluations.add(step, { top1, top5, loss })
    this.writer.metrics('val', step, epoch, { top1, top5, loss })
    this.writer.classes(step, epoch, classes)
    this.#log?.evaluated(step, this.stepsPerEpoch, { top1, top5, loss })
    this.report({ phase: 'evaluated', epoch, top1, top5, loss })
    return isBest
  }

  checkpoint(step: number, name: string): void {
    this.writer.update({ step, epoch: step / this.stepsPerEpoch })
    this.writer.event('checkpoint', step, `Saved ${name}`)
    this.report({ phase: 'checkpoint', step })
  }

  /** What was told of the steps after this one is void. */
  goBack(step: number): void {
    this.writer.goBack(step, step / this.stepsPerEpoch)
    this.#evaluations = this.#recall()
    this.#updateSummary()
  }

  /** What is told of a run goes by the evaluations that are left of it. */
  #updateSummary(): void {
    const { summary } = this.writer.record
    if (summary) this.writer.update({ summary: this.summary(summary) })
  }

  warn(kind: 'warning' | 'rolled-back', step: number, message: string): void {
    this.writer.event(kind, step, message)
    this.report({ phase: 'warning', message })
  }

  /** Nothing before the first evaluation. */
  summary(speed: RunSpeed): RunSummary | undefined {
    const { last, best, metric } = this.#evaluations
    if (!last || !best) return undefined
    const { top1, top5, loss } = last
    return {
      ...speed,
      top1,
      top5,
      loss,
      bestTop1: best.top1,
      bestStep: best.step,
      bestMetric: metric,
      best: best[metric],
    }
  }

  ended(status: 'finished' | 'stopped', step: number, speed: RunSpeed): RunSummary | undefined {
    const summary = this.summary(speed)
    this.writer.update({ status, ended: new Date().toISOString(), summary })
    this.writer.event(status, step, status === 'finished' ? 'Finished' : 'Stopped on request')
    this.#log?.ended(speed, summary)
    return summary
  }

  /** The error is the caller's to throw: a disk that is full must not hide it behind a second one. */
  failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    try {
      this.writer.update({ status: 'failed', error: message, ended: new Date().toISOString() })
      this.writer.event('failed', this.writer.record.step, message)
    } catch (second) {
      console.error(`${runFiles.record} could not be updated:`, second)
    }
  }

  /** The evaluations that the folder tells of. */
  #recall(): Evaluations {
    const evaluations = new Evaluations(this.request.recipe.run.bestMetric, this.writer.record.extendedAt)
    for (const { split, step, values } of this.writer.readMetrics())
      if (split === 'val')
        evaluations.add(step, { top1: values.top1 ?? 0, top5: values.top5 ?? 0, loss: values.loss ?? Infinity })
    return evaluations
  }
}
