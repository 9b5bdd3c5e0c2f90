import type { StepResult } from './train-step.ts'

const averaged = ['loss', 'top1', 'top5', 'dataWait'] as const

/** The steps since the figures were last taken. */
export class MetricsMean {
  #results: StepResult[] = []

  /** How many there have been. */
  get steps(): number {
    return this.#results.length
  }

  add(result: StepResult): void {
    this.#results.push(result)
  }

  /**
   * Means, `dataWait` in seconds a step. Where the loss is scaled: how the scale stands, and how many steps were
   * skipped.
   */
  take(): Record<string, number> {
    const results = this.#results.splice(0)
    const means = averaged.map(
      (name) => [name, results.reduce((sum, result) => sum + result[name], 0) / results.length] as const,
    )
    const lossScale = results.at(-1)?.lossScale
    const skipped = results.filter((result) => result.skipped).length
    return { ...Object.fromEntries(means), ...(lossScale !== undefined && { lossScale, skipped }) }
  }

  /** The steps since then are void. */
  discard(): void {
    this.#results = []
  }
}
