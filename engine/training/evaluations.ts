import { isBetter, type BestMetric } from '../../shared/run-folder/best-metric.ts'
import type { Evaluated } from './train.ts'

interface Entry extends Evaluated {
  /** Steps done. */
  readonly step: number
}

/** The evaluations of a run so far: the last one, and the first of the best ones by a metric. */
export class Evaluations {
  #last: Entry | undefined
  #best: Entry | undefined
  #sinceBest = 0

  /** @param anew steps after which those since the best one are counted anew */
  constructor(
    readonly metric: BestMetric,
    private readonly anew = 0,
  ) {}

  get last(): Entry | undefined {
    return this.#last
  }

  get best(): Entry | undefined {
    return this.#best
  }

  /** Adds one and says whether it is better than all before. */
  add(step: number, { top1, top5, loss }: Evaluated): boolean {
    this.#last = { step, top1, top5, loss }
    const isBest = !this.#best || isBetter(this.metric, this.#last, this.#best)
    if (isBest) this.#best = this.#last
    this.#sinceBest = isBest || step <= this.anew ? 0 : this.#sinceBest + 1
    return isBest
  }

  /** How many have come since the best one, or since they are counted anew. */
  get sinceBest(): number {
    return this.#sinceBest
  }
}
