import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** The code of Philox 4x32-10 among TensorFlow's generators. */
const PHILOX = 1

/** What the random numbers of a sample are for. A stream's numbers never meet those of another. */
const streams = { augmentation: 1 } as const
export type Stream = keyof typeof streams

/** Numbers that a sample has in a stream; Philox makes four at a time. */
export const NUMBERS_PER_SAMPLE = 24

/**
 * Adds the function that makes one sample's numbers: counter -> float32 [{@link NUMBERS_PER_SAMPLE}] in [0, 1).
 * The key is the seed, with the stream in the eight bits above the 53 that a seed can have.
 */
export function defineRandomNumbers(g: GraphBuilder, seed: number, stream: Stream): string {
  const key = BigInt(seed) | (BigInt(streams[stream]) << 56n)
  return g.defineFunction('random_numbers', [{ dtype: 'uint64', shape: [2] }], (f, [counter]) => [
    f.op(
      'StatelessRandomUniformV2',
      [f.constant([NUMBERS_PER_SAMPLE], 'int32'), f.constantTensor(Tensor.from('uint64', [1], BigUint64Array.of(key))), counter!, f.constant(PHILOX, 'int32')],
      { dtype: 'float32' },
    ),
  ])
}

/**
 * The numbers of some samples, by the counter-based generator of Salmon et al. 2011. Of its counter's four words
 * the lowest counts the blocks of a sample, the next is the epoch, and the upper two are the sample index: no
 * two samples, epochs or streams share a block.
 * @param f where they are needed; `randomNumbers` names the function of {@link defineRandomNumbers}
 * @param epochs int64 [n], below 2 ** 32
 * @param samples int64 [n]
 * @returns float32 [n, {@link NUMBERS_PER_SAMPLE}] in [0, 1)
 */
export function drawRandomNumbers(f: GraphBuilder, randomNumbers: string, epochs: Output, samples: Output): Output {
  const words = (values: Output) => f.op('Cast', [values], { DstT: 'uint64' })
  const shift = f.constantTensor(Tensor.from('uint64', [], BigUint64Array.of(32n)))
  const counters = f.op('Pack', [[f.op('LeftShift', [words(epochs), shift]), words(samples)]], { axis: 1 })
  return f.op('MapDefun', [[counters], []], {
    f: randomNumbers,
    Targuments: ['uint64'],
    Tcaptured: [],
    output_types: ['float32'],
    output_shapes: [[NUMBERS_PER_SAMPLE]],
  })
}
