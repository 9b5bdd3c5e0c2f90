import { Session, Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../tensorflow/graph/builder.ts'
import { unitRows } from './nearest-of-all.ts'

/** Of the subspace iteration: with the gaps that features have, more change nothing that can be seen. */
const ITERATIONS = 8
/** Samples that are read at once. */
const BLOCK = 4096

/**
 * Features in fewer numbers: their directions, seen along those in which they have most of their squares (principal
 * components without centring, so that angles stay what they are). The space of these is found by subspace iteration
 * from a seeded start (Halko, Martinsson & Tropp 2011, "Finding Structure with Randomness", algorithm 4.4): its basis is any one, since distances and
 * angles in it are the same. It computes on the processor.
 * @param features float32 [n, width]
 * @param to numbers a sample afterwards, fewer than `width`
 * @returns float32 [n, to]; zeros of a sample without a direction
 */
export async function reduceFeatures(features: Float32Array, width: number, to: number): Promise<Float32Array> {
  const samples = features.length / width
  using reduction = new Reduction(width, to)
  const blocks = Array.from({ length: Math.ceil(samples / BLOCK) }, (_, i) => {
    const first = i * BLOCK
    return () => unitRows(features, width, { first, end: Math.min(samples, first + BLOCK), stride: 1 })
  })
  const moment = new Float32Array(width * width)
  for (const read of blocks) {
    const part = await reduction.moment(read().values)
    for (let i = 0; i < moment.length; i++) moment[i]! += part[i]!
  }
  const basis = await reduction.basis(moment)
  const reduced = new Float32Array(samples * to)
  for (const read of blocks) {
    const { rows, values } = read()
    const part = await reduction.project(values, basis)
    rows.forEach((row, i) => reduced.set(part.subarray(i * to, (i + 1) * to), row * to))
  }
  return reduced
}

class Reduction implements Disposable {
  readonly #g = new GraphBuilder()
  readonly #rows: Output
  readonly #square: Output
  readonly #basis: Output
  readonly #moment: Output
  readonly #iterated: Output
  readonly #projected: Output
  readonly #session: Session

  constructor(
    private readonly width: number,
    private readonly to: number,
  ) {
    const g = this.#g
    this.#rows = g.placeholder('float32', [null, width])
    this.#square = g.placeholder('float32', [width, width])
    this.#basis = g.placeholder('float32', [width, to])
    this.#moment = g.op('MatMul', [this.#rows, this.#rows], { transpose_a: true })
    this.#projected = g.op('MatMul', [this.#rows, this.#basis])
    let basis = g.op('StatelessRandomNormal', [g.constant([width, to], 'int32'), g.constant([1, 2], 'int32')])
    for (let i = 0; i < ITERATIONS; i++) basis = g.op('Qr', [g.op('MatMul', [this.#square, basis])])
    this.#iterated = basis
    this.#session = new Session(g.graph, { gpus: false })
  }

  /** The sum of the products of all pairs of numbers, float32 [width, width]. */
  moment(values: Float32Array): Promise<Float32Array> {
    return this.#run(this.#moment, [[this.#rows, values, values.length / this.width]])
  }

  /** Directions at right angles that have most of the squares, float32 [width, to]. */
  basis(moment: Float32Array): Promise<Float32Array> {
    return this.#run(this.#iterated, [[this.#square, moment, this.width]])
  }

  project(values: Float32Array, basis: Float32Array): Promise<Float32Array> {
    return this.#run(this.#projected, [
      [this.#rows, values, values.length / this.width],
      [this.#basis, basis, this.width],
    ])
  }

  async #run(fetch: Output, fed: readonly (readonly [Output, Float32Array, number])[]): Promise<Float32Array> {
    const feeds = fed.map(
      ([input, values, rows]) => [input, Tensor.from('float32', [rows, values.length / rows], values)] as const,
    )
    try {
      const [result] = await this.#session.run({ feeds, fetches: [fetch] })
      using tensor = result!
      return tensor.data<'float32'>().slice()
    } finally {
      for (const [, tensor] of feeds) tensor[Symbol.dispose]()
    }
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]()
    this.#g[Symbol.dispose]()
  }
}
