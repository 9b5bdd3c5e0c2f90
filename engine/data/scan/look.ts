import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** More pixels than this are looked at on a regular grid only: the figures stay the same, the memory bounded. */
const MOST_PIXELS = 1_000_000

/**
 * What an image looks like: its difference hash, and mean and standard deviation of every channel, as int64 [7]
 * with the last six in 1/256.
 *
 * The hash (N. Krawetz, "Kind of like that", 2013) is made of the image in grey, scaled to 9 x 8 by averaging:
 * a bit says whether a place is darker than the one right of it, row by row.
 * @param pixels uint8 [height, width, 3]
 */
export function lookOf(f: GraphBuilder, pixels: Output): Output {
  const values = f.op('Cast', [thinned(f, pixels)], { DstT: 'float32' })
  const overPixels = f.constant([0, 1], 'int32')
  const means = f.op('Mean', [values, overPixels])
  // Two passes: the difference of two large sums would have lost the digits that matter.
  const deviations = f.op('Sqrt', [f.op('Mean', [f.op('Square', [f.op('Sub', [values, means])]), overPixels])])
  const scaled = f.op('Mul', [f.op('ConcatV2', [[means, deviations], f.constant(0, 'int32')]), f.constant(256)])
  const figures = f.op('Cast', [f.op('Round', [scaled])], { DstT: 'int64' })
  return f.op('ConcatV2', [[differenceHash(f, values), figures], f.constant(0, 'int32')])
}

/** Every n-th row and column. */
function thinned(f: GraphBuilder, pixels: Output): Output {
  const size = f.op('Slice', [f.op('Shape', [pixels]), f.constant([0], 'int32'), f.constant([2], 'int32')])
  const count = f.op('Prod', [f.op('Cast', [size], { DstT: 'float64' }), f.constant([0], 'int32')])
  const step = f.op('Cast', [f.op('Maximum', [f.op('Ceil', [f.op('Sqrt', [f.op('RealDiv', [count, f.constant(MOST_PIXELS, 'float64')])])]), f.constant(1, 'float64')])], { DstT: 'int32' })
  const zeros = f.constant([0, 0], 'int32')
  // A line of pixels would lose all of them to a large step: sides shorter than it keep every pixel.
  const steps = f.op('Minimum', [f.op('Pack', [[step, step]]), size])
  return f.op('StridedSlice', [pixels, zeros, size, steps])
}

function differenceHash(f: GraphBuilder, values: Output): Output {
  const grey = f.op('Sum', [f.op('Mul', [values, f.constant([0.299, 0.587, 0.114])]), f.constant([2], 'int32')], { keep_dims: true })
  const small = f.op('Reshape', [f.op('ResizeArea', [f.op('ExpandDims', [grey, f.constant(0, 'int32')]), f.constant([8, 9], 'int32')]), f.constant([8, 9], 'int32')])
  const columns = (first: number) => f.op('Slice', [small, f.constant([0, first], 'int32'), f.constant([8, 8], 'int32')])
  // Half a step of the scale: rounding alone must not tell the halves of a plain image apart.
  const darker = f.op('Less', [f.op('AddV2', [columns(0), f.constant(0.5)]), columns(1)])
  const bits = f.op('Reshape', [f.op('Cast', [darker], { DstT: 'int64' }), f.constant([64], 'int32')])
  const places = f.constant(Array.from({ length: 64 }, (_, i) => i), 'int64')
  return f.op('Sum', [f.op('LeftShift', [bits, places]), f.constant([0], 'int32')], { keep_dims: true })
}
