import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { normalise } from '../pipeline/index.ts'

/** How images become the input of a network from elsewhere. */
export interface ServedInput {
  readonly dtype: 'uint8' | 'float32' | 'float16' | 'bfloat16' | 'float64'
  readonly layout: 'nhwc' | 'nchw'
  readonly channels: 'grey' | 'rgb' | 'bgr'
  /** Height and width, pixels. */
  readonly imageSize: number
  /** On the 0-255 scale, in the order of the network's channels: the input is (pixel - mean) / std. Absent where it takes pixels. */
  readonly mean?: readonly number[]
  readonly std?: readonly number[]
  /** Where it takes just so many images at once. */
  readonly fixedBatch?: number
}

/**
 * Adds to the graph what makes the network's input.
 * @param images uint8 [batch, size, size, channels], as the evaluation transform leaves them
 * @returns of the input's type and layout; where it takes a fixed number, filled up with zeros
 */
export function buildServedInput(g: GraphBuilder, images: Output, input: ServedInput): Output {
  const { dtype, layout, channels, mean, std, fixedBatch } = input
  return g.withName('served_input', () => {
    const ordered = channels === 'bgr' ? g.op('ReverseV2', [images, g.constant([3], 'int32')]) : images
    const numbers = mean && std ? normalise(g, ordered, mean, std) : ordered
    const typed = g.dtypeOf(numbers) === dtype ? numbers : g.op('Cast', [numbers], { DstT: dtype })
    const placed = layout === 'nhwc' ? typed : g.op('Transpose', [typed, g.constant([0, 3, 1, 2], 'int32')])
    return fixedBatch === undefined ? placed : filledUp(g, placed, fixedBatch)
  })
}

function filledUp(g: GraphBuilder, values: Output, count: number): Output {
  const [batch] = [g.op('Slice', [g.op('Shape', [values]), g.constant([0], 'int32'), g.constant([1], 'int32')])]
  const more = g.op('Sub', [g.constant([count], 'int32'), batch])
  // [[0, more], [0, 0], [0, 0], [0, 0]]
  const flat = g.op('ConcatV2', [
    [g.constant([0], 'int32'), more, g.constant([0, 0, 0, 0, 0, 0], 'int32')],
    g.constant(0, 'int32'),
  ])
  return g.op('Pad', [values, g.op('Reshape', [flat, g.constant([4, 2], 'int32')])])
}

/** The smallest normal float32: no probability of a loss is smaller, or the loss would be infinite. */
const TINY = 1.17549435e-38

/**
 * Logits of what a network gave.
 * @param given [batch, classes] of any floating type
 * @returns `numbers`, the same in float32, and `logits`; of probabilities, their logarithms
 */
export function buildServedLogits(
  g: GraphBuilder,
  given: Output,
  outputs: 'logits' | 'probabilities',
): { numbers: Output; logits: Output } {
  const numbers = g.dtypeOf(given) === 'float32' ? given : g.op('Cast', [given], { DstT: 'float32' })
  if (outputs === 'logits') return { numbers, logits: numbers }
  return { numbers, logits: g.op('Log', [g.op('Maximum', [numbers, g.constant(TINY)])]) }
}

/** How far the probabilities of an image may sum up beside 1: half precision is not better for a thousand classes. */
const SUM = 0.02

/** What is not a probability distribution of an image: a clause. Numbers that are not finite are no matter here. */
export function notProbabilities(numbers: Float32Array): string | undefined {
  if (!numbers.every(Number.isFinite)) return undefined
  const least = numbers.reduce((a, b) => Math.min(a, b), Infinity)
  const sum = numbers.reduce((a, b) => a + b, 0)
  if (least >= -SUM && Math.abs(sum - 1) <= SUM) return undefined
  return `the least is ${least.toPrecision(3)}, the sum ${sum.toPrecision(3)}`
}
