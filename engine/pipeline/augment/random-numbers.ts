import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** The code of Philox 4x32-10 among TensorFlow's generators. */
export const PHILOX = 1

/** What random numbers are for. A stream's numbers never meet those of another. */
const streams = { augmentation: 1, mixingShare: 2, mixingPlace: 3 } as const
export type Stream = keyof typeof streams

/** A function of a graph that makes some numbers of a sample. */
export interface RandomNumbers {
  readonly fn: string
  /** How many; Philox makes four at a time. */
  readonly count: number
}

/** uint64 [1]: the seed, with the stream in the eight bits above the 53 that a seed can have. */
export const keyOf = (f: GraphBuilder, seed: number, stream: Stream): Output =>
  f.constantTensor(Tensor.from('uint64', [1], BigUint64Array.of(BigInt(seed) | (BigInt(streams[stream]) << 56n))))

/**
 * Adds the function that makes one sample's first numbers: counter -> float32 [count] in [0, 1). A number is the
 * same however many there are.
 */
export function defineRandomNumbers(g: GraphBuilder, seed: number, stream: Stream, count: number): RandomNumbers {
  const fn = g.defineFunction('random_numbers', [{ dtype: 'uint64', shape: [2] }], (f, [counter]) => [
    f.op(
      'StatelessRandomUniformV2',
      [f.constant([count], 'int32'), keyOf(f, seed, stream), counter!, f.constant(PHILOX, 'int32')],
      { dtype: 'float32' },
    ),
  ])
  return { fn, count }
}

/**
 * The numbers of some samples, by the counter-based generator of Salmon et al. 2011. Of its counter's four words
 * the lowest counts the blocks of a sample, the next is the epoch, and the upper two are the sample index: no
 * two samples, epochs or streams share a block.
 * @param f where they are needed
 * @param epochs int64 [n], below 2 ** 32
 * @param samples int64 [n]
 * @returns float32 [n, count] in [0, 1)
 */
export function drawRandomNumbers(
  f: GraphBuilder,
  { fn, count }: RandomNumbers,
  epochs: Output,
  samples: Output,
): Output {
  const words = (values: Output) => f.op('Cast', [values], { DstT: 'uint64' })
  const shift = f.constantTensor(Tensor.from('uint64', [], BigUint64Array.of(32n)))
  const counters = f.op('Pack', [[f.op('LeftShift', [words(epochs), shift]), words(samples)]], { axis: 1 })
  return f.op('MapDefun', [[counters], []], {
    f: fn,
    Targuments: ['uint64'],
    Tcaptured: [],
    output_types: ['float32'],
    output_shapes: [[count]],
  })
}
