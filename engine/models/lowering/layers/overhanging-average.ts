import type { Output } from '../../../tensorflow/graph/builder.ts'
import { ints, numberLike, optionsOf, type LayerContext } from '../layer-context.ts'
import { perAxis } from './convolution.ts'

/** How a pooling layer's windows lie. */
export interface PoolingOptions {
  readonly poolSize: readonly [number, number]
  readonly strides: readonly [number, number]
}

/** Whether a window of a pooling layer with padding "same" may reach beyond both borders of its input. */
export function mayOverhang({ inputShapes, options }: LayerContext): boolean {
  const { poolSize } = options as unknown as PoolingOptions
  return [1, 2].some((axis) => poolSize[axis - 1]! > (inputShapes[0]![axis] ?? 0))
}

/**
 * The average of the pixels that lie in each window, padding "same": that of the padded image, over the share of it that is
 * no padding. TensorFlow's own gradient of AvgPool, which the CPU has in half precision and without oneDNN, gives a part to
 * pixels outside of a window that reaches beyond both borders.
 */
export function overhangingAverage(context: LayerContext, x: Output): Output {
  const { g } = context
  const { poolSize, strides } = optionsOf<PoolingOptions>(context)
  const sizes = sizesOf(context, x)
  const paddings = paddingsOf(context, sizes)
  const attrs = { ksize: perAxis(poolSize), strides: perAxis(strides), padding: 'VALID' }
  const average = (value: Output) => g.op('AvgPool', [g.op('Pad', [value, paddings])], attrs)
  const one = ints(g, [1])
  const ones = g.op('Fill', [g.op('ConcatV2', [[one, sizes, one], g.constant(0, 'int32')]), numberLike(g, 1, x)])
  return withChannels(context, g.op('RealDiv', [average(x), average(ones)]))
}

/** With sizes that are not known before, padding hides the number of channels from TensorFlow too. */
function withChannels({ g, inputShapes }: LayerContext, x: Output): Output {
  const channels = inputShapes[0]!.at(-1)!
  if (g.shapeOf(x)?.at(-1) === channels) return x
  const others = g.op('StridedSlice', [g.op('Shape', [x]), ints(g, [0]), ints(g, [-1]), ints(g, [1])])
  return g.op('Reshape', [x, g.op('ConcatV2', [[others, ints(g, [channels])], g.constant(0, 'int32')])])
}

/** int32 [2]: height and width. */
function sizesOf({ g, inputShapes }: LayerContext, x: Output): Output {
  const [, height, width] = inputShapes[0]!
  if (height && width) return ints(g, [height, width])
  return g.op('StridedSlice', [g.op('Shape', [x]), ints(g, [1]), ints(g, [3]), ints(g, [1])])
}

/** int32 [4, 2]: how many zeros TensorFlow's "SAME" adds before and after each axis. */
function paddingsOf(context: LayerContext, sizes: Output): Output {
  const { g } = context
  const { poolSize, strides } = optionsOf<PoolingOptions>(context)
  const steps = ints(g, strides)
  const lastStart = g.op('Mul', [g.op('FloorDiv', [g.op('Sub', [sizes, ints(g, [1, 1])]), steps]), steps])
  const missing = g.op('Sub', [g.op('AddV2', [lastStart, ints(g, poolSize)]), sizes])
  const total = g.op('Maximum', [missing, ints(g, [0, 0])])
  const before = g.op('FloorDiv', [total, ints(g, [2, 2])])
  const spatial = g.op('Pack', [[before, g.op('Sub', [total, before])]], { axis: 1 })
  return g.op('Pad', [spatial, g.constant([1, 1, 0, 0], 'int32', [2, 2])])
}
