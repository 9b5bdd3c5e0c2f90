/** What a measurement of a row gave. */
export interface Figures {
  readonly imagesPerSecond: number
  /** Images in a step. */
  readonly batch?: number
  /** The most that it held: memory of the GPU, or resident memory of the process where there is none. Bytes. */
  readonly memoryBytes?: number
  /** Share of the time in which training waited for images, 0 to 1. */
  readonly dataWait?: number
  /** What has to be known beside the figures: clauses. */
  readonly told?: readonly string[]
  /** The switches that its process was started with. */
  readonly environment?: Readonly<Record<string, string>>
  /** Of a contender. */
  readonly version?: string
}

/** A row of the table, and how it is measured. */
export interface Job {
  readonly name: string
  /** The name of the row whose rate it is compared with. */
  readonly besides?: string
  /** Somebody else than Anneal: its ratio is Anneal's row over its own, where others are over the row they are compared with. */
  readonly contender?: boolean
  /** Training in half precision by Anneal, which is what the goal is set for. */
  readonly amp?: boolean
  /** Measured once, and not in every round. */
  readonly once?: boolean
  /** What is known of it before it is measured: a clause. */
  readonly told?: string
  /** Measures it in a process of its own, which ends with the signal. */
  measure(signal: AbortSignal): Promise<Figures>
}

/** A row as it stands. */
export interface Row extends Partial<Omit<Figures, 'told'>>, Pick<Job, 'name' | 'contender' | 'amp'> {
  /** How often it was measured; the figures are medians of that. */
  readonly rounds: number
  /** Images a second of each round that has any, in order. */
  readonly rates: readonly number[]
  /** The median of the ratios within a round. */
  readonly ratio?: { readonly besides: string; readonly value: number }
  readonly told: readonly string[]
  /** Why there are no figures: a clause. */
  readonly problem?: string
}
