import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { blend, luma, toBytes, toFloat } from './pixels.ts'

/** Changes of colour and tone of one image: uint8 [height, width, channels] to the same; `amount` is a float32 scalar. */
export type Tone = (f: GraphBuilder, pixels: Output, amount: Output, channels: number) => Output

/** `amount` above 0 strengthens, below 0 weakens, -1 leaves only what it is blended with. */
const enhance =
  (plain: (f: GraphBuilder, x: Output, channels: number) => Output): Tone =>
  (f, pixels, amount, channels) => {
    const x = toFloat(f, pixels)
    return toBytes(f, blend(f, x, plain(f, x, channels), f.op('AddV2', [amount, f.constant(1)])))
  }

export const brightness = enhance((f) => f.constant(0))
export const contrast = enhance((f, x, channels) =>
  f.op('Mean', [luma(f, x, channels), f.constant([0, 1, 2], 'int32')]),
)
/** Of a grey image nothing changes. */
export const colour = enhance(luma)
export const sharpness = enhance(smooth)

/** Pillow's SMOOTH filter: a pixel counts five times beside its eight neighbours; the outermost pixels stay. */
function smooth(f: GraphBuilder, x: Output, channels: number): Output {
  const kernel = [1, 1, 1, 1, 5, 1, 1, 1, 1].flatMap((weight) => Array.from({ length: channels }, () => weight / 13))
  const filter = f.constant(kernel, 'float32', [3, 3, channels, 1])
  const batch = f.op('ExpandDims', [x, f.constant(0, 'int32')])
  const smoothed = f.op(
    'Squeeze',
    [f.op('DepthwiseConv2dNative', [batch, filter], { strides: [1, 1, 1, 1], padding: 'VALID' })],
    { squeeze_dims: [0] },
  )
  const margin = f.constant(
    [
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'int32',
  )
  const inner = f.op('Pad', [f.op('OnesLike', [smoothed]), margin])
  return f.op('SelectV2', [f.op('Cast', [inner], { DstT: 'bool' }), f.op('Pad', [smoothed, margin]), x])
}

/** Keeps the highest bits: `amount` is how many of the lowest become zero. */
export const posterize: Tone = (f, pixels, amount) => {
  const step = f.op('Pow', [f.constant(2), amount])
  return toBytes(f, f.op('Mul', [f.op('Floor', [f.op('RealDiv', [toFloat(f, pixels), step])]), step]))
}

/** Inverts what is at least `amount`. */
export const solarize: Tone = (f, pixels, amount) => {
  const inverted = f.op('Sub', [f.constant(255, 'uint8'), pixels])
  return f.op('SelectV2', [f.op('GreaterEqual', [toFloat(f, pixels), amount]), inverted, pixels])
}

/** Each channel is stretched from 0 to 255; one that has a single value stays. */
export const autoContrast: Tone = (f, pixels) => {
  const x = toFloat(f, pixels)
  const [low, high] = ['Min', 'Max'].map((type) =>
    f.op(type, [x, f.constant([0, 1], 'int32')], { keep_dims: true }),
  ) as [Output, Output]
  const range = f.op('Sub', [high, low])
  const stretched = f.op('RealDiv', [f.op('Mul', [f.op('Sub', [x, low]), f.constant(255)]), range])
  return f.op('SelectV2', [f.op('Greater', [range, f.constant(0)]), toBytes(f, stretched), pixels])
}

const LEVELS = 256

/**
 * Each channel's values are spread so that all are about equally frequent, as Pillow does it: with a step of a
 * 255th of the pixels that do not have the highest value, v becomes (step / 2 + pixels below v) / step, rounded
 * down each time. A channel whose step is 0 stays.
 */
export const equalize: Tone = (f, pixels, _amount, channels) => {
  const int = (value: number | number[]) => f.constant(value, 'int32')
  const [add, divide] = ['AddV2', 'FloorDiv'].map((type) => (a: Output, b: Output) => f.op(type, [a, b])) as [
    Binary,
    Binary,
  ]
  // One table for all channels, one after the other.
  const places = add(
    f.op('Cast', [pixels], { DstT: 'int32' }),
    int(Array.from({ length: channels }, (_, channel) => LEVELS * channel)),
  )
  const counted = f.op('Bincount', [
    f.op('Reshape', [places, int([-1])]),
    int(LEVELS * channels),
    f.constant([], 'int32', [0]),
  ])
  const counts = f.op('Reshape', [counted, int([channels, LEVELS])])
  const below = f.op('Cumsum', [counts, int(1)], { exclusive: true })
  const present = f.op('Greater', [counts, int(0)])
  const belowHighest = f.op('Max', [f.op('SelectV2', [present, below, int(0)]), int([1])], { keep_dims: true })
  const step = divide(belowHighest, int(LEVELS - 1))
  const usable = f.op('Greater', [step, int(0)])
  const safe = f.op('Maximum', [step, int(1)])
  const spread = f.op('Minimum', [divide(add(divide(safe, int(2)), below), safe), int(LEVELS - 1)])
  const same = f.op('Range', [int(0), int(LEVELS), int(1)])
  const table = f.op('Reshape', [f.op('SelectV2', [usable, spread, same]), int([-1])])
  return f.op('Cast', [f.op('GatherV2', [table, places, int(0)])], { DstT: 'uint8' })
}

type Binary = (a: Output, b: Output) => Output
