import { Tensor } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/**
 * Which sample comes at which position of the stream: int64 [n] positions to int64 [n] epochs and sample indices.
 * The rows are where the columns have the samples; where absent, at their index.
 */
export type Order = (f: GraphBuilder, positions: Output) => { epochs: Output; samples: Output; rows?: Output }

/** Rounds of the cipher that permutes: with TensorFlow's own 4, epochs that follow each other look alike. */
const ROUNDS = 16

/** Every sample once, as they are numbered. */
export const inOrder: Order = (f, positions) => ({ epochs: f.op('ZerosLike', [positions]), samples: positions })

/** A list of samples, in an epoch that they are seen in. The columns are those of the list: row i is its sample i. */
export const given =
  (samples: readonly number[], epoch: number): Order =>
  (f, positions) => ({
    epochs: f.op('AddV2', [f.op('ZerosLike', [positions]), f.constant(epoch, 'int64')]),
    samples: f.op('GatherV2', [f.constant(samples, 'int64'), positions, f.constant(0, 'int32')]),
    rows: positions,
  })

/**
 * An endless stream of epochs. Each is a random permutation of all `count` samples, of which it takes the
 * first `perEpoch`: what does not fill a batch is left out, other samples each time. The permutation is
 * computed for every position by itself, from the seed and the epoch.
 */
export const shuffled =
  (count: number, perEpoch: number, seed: number): Order =>
  (f, positions) => {
    const length = f.constant(perEpoch, 'int64')
    const epochs = f.op('FloorDiv', [positions, length])
    const within = f.op('FloorMod', [positions, length])
    const last = f.constant(count - 1, 'int64')
    const samples = f.op('RandomIndexShuffle', [within, permutationKeys(f, epochs, seed), last], { rounds: ROUNDS })
    return { epochs, samples }
  }

/**
 * The keys of epochs' permutations, uint32 [n, 3]. For a small dataset only the lowest 8 bits of a word count,
 * so seed and epoch are mixed first: SplitMix64 (Steele, Lea & Flood 2014), the seed its start, the epoch its step.
 */
function permutationKeys(f: GraphBuilder, epochs: Output, seed: number): Output {
  const word = (value: bigint) => f.constantTensor(Tensor.from('uint64', [], BigUint64Array.of(value)))
  const foldHigh = (z: Output, bits: bigint) => f.op('BitwiseXor', [z, f.op('RightShift', [z, word(bits)])])
  const steps = f.op('Mul', [f.op('Cast', [epochs], { DstT: 'uint64' }), word(0x9e3779b97f4a7c15n)])
  let z = f.op('AddV2', [steps, word(mix64(BigInt(seed)))])
  z = f.op('Mul', [foldHigh(z, 30n), word(0xbf58476d1ce4e5b9n)])
  z = f.op('Mul', [foldHigh(z, 27n), word(0x94d049bb133111ebn)])
  z = foldHigh(z, 31n)
  const words = [0n, 21n, 42n].map((bits) => f.op('Cast', [f.op('RightShift', [z, word(bits)])], { DstT: 'uint32' }))
  return f.op('Pack', [words], { axis: 1 })
}

/** The output function of SplitMix64: seeds that follow each other must not start one step apart. */
function mix64(value: bigint): bigint {
  const mask = (1n << 64n) - 1n
  let z = value + 1n
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask
  return z ^ (z >> 31n)
}
