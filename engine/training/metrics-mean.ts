import type { StepResult } from './train-step.ts'

/** The mean of the steps since it was last taken. */
export class MetricsMean {
  #sums = { loss: 0, top1: 0, top5: 0, dataWait: 0 }
  #steps = 0

  /** How many there have been. */
  get steps(): number {
    return this.#steps
  }

  add(result: StepResult): void {
    for (const name of Object.keys(this.#sums) as (keyof StepResult)[]) this.#sums[name] += result[name]
    this.#steps += 1
  }

  /** `dataWait` in seconds a step. */
  take(): StepResult {
    const { loss, top1, top5, dataWait } = this.#sums
    const n = this.#steps
    this.#sums = { loss: 0, top1: 0, top5: 0, dataWait: 0 }
    this.#steps = 0
    return { loss: loss / n, top1: top1 / n, top5: top5 / n, dataWait: dataWait / n }
  }
}
