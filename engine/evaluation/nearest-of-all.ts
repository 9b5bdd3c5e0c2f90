import { UsageError } from '../../shared/errors.ts'
import type { NearestOfAll } from '../../shared/figures/index.ts'
import { Session, Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'

/** Samples that others are searched among, at most. */
const MOST_SEARCHED = 10_000
/** As many take minutes. */
const MOST_SAMPLES = 200_000
/** Samples that are searched for at once. */
const BLOCK = 256

/**
 * Of each sample those whose features point in the most similar direction, itself left out. Among many samples only a
 * part is searched: every second, third, ... one. It computes on the processor.
 * @param features float32 [n, width]; a sample with features that are not finite, or all 0, has no neighbour and is none
 * @param count neighbours of a sample
 * @throws UsageError where there are more samples than can be searched for in minutes
 */
export async function nearestOfAll(
  features: Float32Array,
  width: number,
  count: number,
  { block = BLOCK, mostSearched = MOST_SEARCHED, onProgress }: SearchOptions = {},
): Promise<NearestOfAll> {
  const samples = features.length / width
  if (samples > MOST_SAMPLES)
    throw new UsageError(`Of ${samples} samples not all can be compared; evaluate at most ${MOST_SAMPLES} of them.`)
  const stride = Math.max(1, Math.ceil(samples / mostSearched))
  const searched = unitRows(features, width, { first: 0, end: samples, stride })
  const found: NearestOfAll = {
    count,
    searched: searched.rows.length,
    rows: new Int32Array(samples * count).fill(-1),
    similarities: new Float32Array(samples * count).fill(NaN),
  }
  if (searched.rows.length === 0) return found
  using search = new Search(searched, width, count + 1)
  for (let first = 0; first < samples; first += block) {
    const part = unitRows(features, width, { first, end: Math.min(samples, first + block), stride: 1 })
    if (part.rows.length > 0) keep(found, part.rows, searched.rows, await search.of(part))
    onProgress?.(Math.min(samples, first + block), samples)
  }
  return found
}

export interface SearchOptions {
  readonly block?: number
  readonly mostSearched?: number
  readonly onProgress?: (done: number, total: number) => void
}

/** Samples with features of length 1. */
export interface UnitRows {
  readonly rows: Int32Array
  /** float32 [rows, width] */
  readonly values: Float32Array
}

/** Those that have a direction. */
export function unitRows(
  features: Float32Array,
  width: number,
  { first, end, stride }: { first: number; end: number; stride: number },
): UnitRows {
  const most = Math.ceil((end - first) / stride)
  const rows = new Int32Array(most)
  const values = new Float32Array(most * width)
  let count = 0
  for (let row = first; row < end; row += stride) {
    let squares = 0
    for (let i = row * width; i < (row + 1) * width; i++) squares += features[i]! * features[i]!
    if (!(squares > 0 && squares < Infinity)) continue
    const scale = 1 / Math.sqrt(squares)
    for (let i = 0; i < width; i++) values[count * width + i] = features[row * width + i]! * scale
    rows[count++] = row
  }
  return { rows: rows.subarray(0, count), values: values.subarray(0, count * width) }
}

interface Nearest {
  readonly width: number
  /** float32 [rows, width], the highest first */
  readonly similarities: Float32Array
  /** int32 [rows, width], places among what was searched */
  readonly places: Int32Array
}

/** Finds the nearest of samples: one product of matrices, of which the highest numbers of each row are taken. */
class Search implements Disposable {
  readonly #g = new GraphBuilder()
  readonly #others: Tensor
  readonly #inputs
  readonly #highest
  readonly #session: Session

  constructor({ rows, values }: UnitRows, width: number, count: number) {
    const g = this.#g
    this.#others = Tensor.from('float32', [rows.length, width], values)
    this.#inputs = [g.placeholder('float32', [null, width]), g.placeholder('float32', [rows.length, width])] as const
    const cosines = g.op('MatMul', this.#inputs, { transpose_b: true })
    this.#highest = g.operation('TopKV2', [cosines, g.constant(Math.min(count, rows.length), 'int32')])
    this.#session = new Session(g.graph, { gpus: false })
  }

  async of({ rows, values }: UnitRows): Promise<Nearest> {
    const [block, others] = this.#inputs
    using tensor = Tensor.from('float32', [rows.length, values.length / rows.length], values)
    const feeds = [[block, tensor] as const, [others, this.#others] as const]
    const fetches = [this.#highest.output(0), this.#highest.output(1)]
    const [similarities, places] = await this.#session.run({ feeds, fetches })
    using highest = similarities!
    using at = places!
    return { width: at.shape[1]!, similarities: highest.data<'float32'>().slice(), places: at.data<'int32'>().slice() }
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]()
    this.#others[Symbol.dispose]()
    this.#g[Symbol.dispose]()
  }
}

function keep({ count, rows, similarities }: NearestOfAll, of: Int32Array, searched: Int32Array, nearest: Nearest) {
  of.forEach((row, i) => {
    let rank = 0
    for (let k = i * nearest.width; k < (i + 1) * nearest.width && rank < count; k++) {
      const other = searched[nearest.places[k]!]!
      if (other === row) continue
      rows[row * count + rank] = other
      similarities[row * count + rank] = nearest.similarities[k]!
      rank += 1
    }
  })
}
