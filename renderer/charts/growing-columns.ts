import type { MetricSeries } from '../../shared/contract/workbench.ts'
import { firstAtLeast, type Columns } from './axis.ts'

const none = new Float64Array()
const names = ['steps', 'epochs', 'walls', 'values'] as const

/** Columns that grow at their end; room is doubled, so that appending costs nothing but the new points. */
export class GrowingColumns {
  #room: Record<(typeof names)[number], Float64Array> = { steps: none, epochs: none, walls: none, values: none }
  #length = 0
  /** The first points are taken as they come; they may share columns with others, so they are copied before a change. */
  #isOwn = true

  /** Appends later points. Those of earlier steps replace what was there from that step on: a resumed run went back. */
  append(series: Pick<MetricSeries, (typeof names)[number]>): void {
    const added = series.steps.length
    if (added === 0) return
    if (this.#length === 0) return this.#take(series)
    this.#length = firstAtLeast(this.#room.steps.subarray(0, this.#length), series.steps[0]!)
    if (!this.#isOwn || this.#length + added > this.#room.steps.length) this.#makeRoom(this.#length + added)
    for (const name of names) this.#room[name].set(series[name], this.#length)
    this.#length += added
  }

  /** What there is now, without a copy. What is appended later shows in no view taken before. */
  view(): Columns {
    const { steps, epochs, walls, values } = this.#room
    const end = this.#length
    return {
      steps: steps.subarray(0, end),
      epochs: epochs.subarray(0, end),
      walls: walls.subarray(0, end),
      values: values.subarray(0, end),
    }
  }

  #take({ steps, epochs, walls, values }: Pick<MetricSeries, (typeof names)[number]>): void {
    this.#room = { steps, epochs, walls, values }
    this.#length = steps.length
    this.#isOwn = false
  }

  #makeRoom(wanted: number): void {
    const size = Math.max(wanted, 2 * this.#room.steps.length)
    for (const name of names) {
      const wider = new Float64Array(size)
      wider.set(this.#room[name].subarray(0, this.#length))
      this.#room[name] = wider
    }
    this.#isOwn = true
  }
}
