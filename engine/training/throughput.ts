/** Measures how fast the training steps run and how long they wait for images; evaluations and checkpoints are left out. */
export class Throughput {
  #images = 0
  #seconds = 0
  #waited = 0
  #recent: number | undefined
  #first = true
  #epochEnd = 0

  /** Images per second of the last steps: an exponential mean that forgets over about 20 of them. */
  get recent(): number {
    return this.#recent ?? 0
  }

  /** Images per second since the start; the first step, in which TensorFlow optimises the graph, is left out. */
  get mean(): number {
    return this.#seconds > 0 ? this.#images / this.#seconds : 0
  }

  /** Share of the step time spent waiting for images, 0 to 1. */
  get dataWait(): number {
    return this.#seconds > 0 ? Math.min(1, this.#waited / this.#seconds) : 0
  }

  /** An epoch has ended: its evaluation and checkpoint took this many seconds. */
  addEpochEnd(seconds: number): void {
    this.#epochEnd = seconds
  }

  /** Seconds that steps are likely to take, with the ends of the epochs among them. */
  secondsFor(steps: number, { batchSize, stepsPerEpoch }: { batchSize: number; stepsPerEpoch: number }): number {
    const perStep = this.#recent ? batchSize / this.#recent : 0
    return steps * perStep + Math.ceil(steps / stepsPerEpoch) * this.#epochEnd
  }

  /** A step of so many images took so many seconds, of which it waited some for its images. */
  add(images: number, seconds: number, waited: number): void {
    if (this.#first) {
      this.#first = false
      return
    }
    this.#images += images
    this.#seconds += seconds
    this.#waited += waited
    const rate = images / seconds
    this.#recent = this.#recent === undefined ? rate : 0.95 * this.#recent + 0.05 * rate
  }
}
