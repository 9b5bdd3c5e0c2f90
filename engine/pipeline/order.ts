import { Tensor } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/** The samples at some positions, int64 [n] each. */
export interface OrderedSamples {
  readonly epochs: Output
  readonly samples: Output
  /** What their random numbers are drawn with besides their index; the epoch where absent. */
  readonly draws?: Output
  /** Where the columns have the samples; at their index where absent. */
  readonly rows?: Output
}

/** Which sample comes at which position of the stream: int64 [n] positions. */
export type Order = (f: GraphBuilder, positions: Output) => OrderedSamples

/** Rounds of the cipher that permutes: with TensorFlow's own 4, epochs that follow each other look alike. */
const ROUNDS = 16

/** Every sample once, as they are numbered. */
export const inOrder: Order = (f, positions) => ({ epochs: f.op('ZerosLike', [positions]), samples: positions })

/** A list of samples, in an epoch that they are seen in. The columns are those of the list: row i is its sample i. */
export const given =
  (samples: readonly number[], epoch: number, draws = samples.map(() => epoch)): Order =>
  (f, positions) => {
    const at = (values: readonly number[]) =>
      f.op('GatherV2', [f.constant(values, 'int64'), positions, f.constant(0, 'int32')])
    return { epochs: at(samples.map(() => epoch)), samples: at(samples), draws: at(draws), rows: positions }
  }

/**
 * An endless stream of epochs. Each is a random permutation of all `count` samples, of which it takes the
 * first `perEpoch`: what does not fill a batch is left out, other samples each time. The permutation is
 * computed for every position by itself, from the seed and the epoch. With `repeats`, every sample of it comes
 * that many times, one after the other and each with random numbers of its own, so that an epoch has fewer
 * samples (Hoffer et al. 2019, arXiv 1901.09335).
 */
export const shuffled =
  (count: number, perEpoch: number, seed: number, repeats = 1): Order =>
  (f, positions) => {
    const long = (value: number) => f.constant(value, 'int64')
    const epochs = f.op('FloorDiv', [positions, long(perEpoch)])
    const within = f.op('FloorMod', [positions, long(perEpoch)])
    const shuffle = (places: Output) =>
      f.op('RandomIndexShuffle', [places, permutationKeys(f, epochs, seed), long(count - 1)], { rounds: ROUNDS })
    if (repeats === 1) return { epochs, samples: shuffle(within) }
    const draws = f.op('AddV2', [f.op('Mul', [epochs, long(repeats)]), f.op('FloorMod', [within, long(repeats)])])
    return { epochs, samples: shuffle(f.op('FloorDiv', [within, long(repeats)])), draws }
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
