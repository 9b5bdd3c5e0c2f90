import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** More pixels than this are looked at on a regular grid only: the figures stay the same, the memory bounded. */
const MOST_PIXELS = 1_000_000

/**
 * What an image looks like: its two difference hashes, and mean and standard deviation of every channel, as
 * int64 [8] with the last six in 1/256.
 *
 * The first hash (N. Krawetz, "Kind of like that", 2013) is made of the image in grey, scaled to 9 x 8 by averaging:
 * a bit says whether a place is darker than the one right of it, row by row. The second is made of 8 x 9, and its
 * bits of a place and the one below it.
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
  const grey = greyOf(f, values)
  return f.op('ConcatV2', [[differenceHashes(f, grey), figures], f.constant(0, 'int32')])
}

/** Every n-th row and column. */
function thinned(f: GraphBuilder, pixels: Output): Output {
  const size = f.op('Slice', [f.op('Shape', [pixels]), f.constant([0], 'int32'), f.constant([2], 'int32')])
  const count = f.op('Prod', [f.op('Cast', [size], { DstT: 'float64' }), f.constant([0], 'int32')])
  const step = f.op(
    'Cast',
    [
      f.op('Maximum', [
        f.op('Ceil', [f.op('Sqrt', [f.op('RealDiv', [count, f.constant(MOST_PIXELS, 'float64')])])]),
        f.constant(1, 'float64'),
      ]),
    ],
    { DstT: 'int32' },
  )
  const zeros = f.constant([0, 0], 'int32')
  // A line of pixels would lose all of them to a large step: sides shorter than it keep every pixel.
  const steps = f.op('Minimum', [f.op('Pack', [[step, step]]), size])
  return f.op('StridedSlice', [pixels, zeros, size, steps])
}

/** Where more neighbours than this of 128 are alike, the hashes would be those of the ground, and are 0 instead. */
const MOST_ALIKE = 42

/** Along the rows, and along the columns: int64 [2]. */
function differenceHashes(f: GraphBuilder, grey: Output): Output {
  const both = f.op('Pack', [[stepsOf(f, grey, 'rows'), stepsOf(f, grey, 'columns')]])
  // Half a step of the scale: rounding alone must not tell the halves of a plain image apart.
  const darker = f.op('Greater', [both, f.constant(0.5)])
  const alike = f.op('Sum', [
    f.op('Cast', [f.op('LessEqual', [f.op('Abs', [both]), f.constant(0.5)])], { DstT: 'int32' }),
    f.constant([0, 1], 'int32'),
  ])
  const says = f.op('Cast', [f.op('LessEqual', [alike, f.constant(MOST_ALIKE, 'int32')])], { DstT: 'int64' })
  const places = f.constant(
    Array.from({ length: 64 }, (_, i) => i),
    'int64',
  )
  const bits = f.op('LeftShift', [
    f.op('Cast', [darker], { DstT: 'int64' }),
    f.op('BroadcastTo', [places, f.constant([2, 64], 'int32')]),
  ])
  return f.op('Mul', [f.op('Sum', [bits, f.constant([1], 'int32')]), says])
}

/** How much brighter the next place is: float32 [64]. */
function stepsOf(f: GraphBuilder, grey: Output, along: 'rows' | 'columns'): Output {
  const size = along === 'rows' ? [8, 9] : [9, 8]
  const small = f.op('Reshape', [f.op('ResizeArea', [grey, f.constant(size, 'int32')]), f.constant(size, 'int32')])
  const all = (first: number) =>
    f.op('Slice', [small, f.constant(along === 'rows' ? [0, first] : [first, 0], 'int32'), f.constant([8, 8], 'int32')])
  return f.op('Reshape', [f.op('Sub', [all(1), all(0)]), f.constant([64], 'int32')])
}

/** float32 [1, height, width, 1]: luma of ITU-R BT.601. */
function greyOf(f: GraphBuilder, values: Output): Output {
  const weighed = f.op('Mul', [values, f.constant([0.299, 0.587, 0.114])])
  return f.op('ExpandDims', [
    f.op('Sum', [weighed, f.constant([2], 'int32')], { keep_dims: true }),
    f.constant(0, 'int32'),
  ])
}
