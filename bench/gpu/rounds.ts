import { median } from '../contender.ts'
import type { Figures, Job, Row } from './job.ts'
import { reasonOf } from './process.ts'

export interface Limits {
  readonly rounds: number
  /** Seconds that are left for everything. */
  readonly left: () => number
  /** Seconds that one measurement may take. */
  readonly each: number
}

/** Seconds below which nothing more is begun. */
const LEAST = 2

/**
 * Measures all jobs in turn, round after round, while there is time. What fails is told in its row and ends nothing else.
 * @param tell told the round and the name of what begins, and all rows after each
 */
export async function measureAll(
  jobs: readonly Job[],
  limits: Limits,
  tell: { readonly begin: (round: number, name: string) => void; readonly rows: (rows: readonly Row[]) => void },
): Promise<Row[]> {
  const measured = jobs.map((job) => new Measured(job))
  const rows = () => measured.map((one) => one.row(measured))
  for (let round = 0; round < limits.rounds; round++)
    for (const one of measured) {
      if (!one.isDue(round, limits.left())) continue
      tell.begin(round, one.job.name)
      await one.measure(round, limits)
      tell.rows(rows())
    }
  return rows()
}

/** Milliseconds: the most that a timer takes. */
const LONGEST = 2 ** 31 - 1

/** A job and what came of it. */
class Measured {
  readonly #rounds: (Figures | undefined)[] = []
  readonly #told: string[] = []
  #problem: string | undefined
  /** The longest that it took, seconds. */
  #took = LEAST

  constructor(readonly job: Job) {
    if (job.told !== undefined) this.#told.push(job.told)
  }

  isDue(round: number, left: number): boolean {
    if (round === 0 && left < LEAST) this.#problem = 'left out: the time was up'
    return this.#problem === undefined && (round === 0 || (this.job.once !== true && left > this.#took))
  }

  async measure(round: number, { left, each }: Limits): Promise<void> {
    const limit = Math.min(left(), each)
    const signal = AbortSignal.timeout(Math.min(Math.ceil(1000 * limit), LONGEST))
    const began = performance.now()
    try {
      this.#rounds[round] = await this.job.measure(signal)
    } catch (error) {
      this.#failed(round, signal.aborted ? `ended after ${limit.toFixed(0)} s, the time that it had` : reasonOf(error))
    }
    this.#took = Math.max(this.#took, (performance.now() - began) / 1000)
  }

  /** With figures of an earlier round it is a row all the same. */
  #failed(round: number, reason: string): void {
    if (round === 0) this.#problem = reason
    else this.#told.push(`round ${round + 1}: ${reason}`)
  }

  row(all: readonly Measured[]): Row {
    const { name, contender, amp } = this.job
    const figures = this.#rounds.filter((one) => one !== undefined)
    const ratio = this.#ratio(all)
    const problem = this.#problem ?? (figures.length === 0 ? 'not yet' : undefined)
    return {
      name,
      ...(contender && { contender }),
      ...(amp && { amp }),
      ...figures[0],
      ...mediansOf(figures),
      rounds: figures.length,
      rates: figures.map(({ imagesPerSecond }) => imagesPerSecond),
      ...(ratio && { ratio }),
      told: [...this.#told, ...(figures[0]?.told ?? [])],
      ...(problem !== undefined && { problem }),
    }
  }

  #ratio(all: readonly Measured[]): Row['ratio'] {
    const other = all.find(({ job }) => job.name === this.job.besides)
    if (!other) return undefined
    const ratios = this.#rounds.flatMap((own, round) => {
      const [a, b] = [own?.imagesPerSecond, other.#rounds[round]?.imagesPerSecond]
      if (a === undefined || b === undefined) return []
      return [this.job.contender ? b / a : a / b]
    })
    return ratios.length > 0 ? { besides: other.job.name, value: median(ratios) } : undefined
  }
}

const counted = ['imagesPerSecond', 'memoryBytes', 'dataWait'] as const

const mediansOf = (figures: readonly Figures[]): Partial<Figures> =>
  Object.fromEntries(
    counted.flatMap((name) => {
      const values = figures.map((one) => one[name]).filter((value) => value !== undefined)
      return values.length > 0 ? [[name, median(values)]] : []
    }),
  )
