import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** The numbers that say where an output pixel (x, y) comes from: (a x + b y + c, d x + e y + f). Each a float32 scalar or a constant. */
type Matrix = readonly [
  a: Output | number,
  b: Output | number,
  c: Output | number,
  d: Output | number,
  e: Output | number,
  f: Output | number,
]

/** Each output pixel is the nearest input pixel, black where that is outside. uint8 [height, width, channels] to the same. */
function transform(f: GraphBuilder, pixels: Output, matrix: Matrix): Output {
  const all = [...matrix, 0, 0].map((value) => (typeof value === 'number' ? f.constant(value) : value))
  const batch = (x: Output) => f.op('ExpandDims', [x, f.constant(0, 'int32')])
  const size = f.op('Slice', [f.op('Shape', [pixels]), f.constant([0], 'int32'), f.constant([2], 'int32')])
  const moved = f.op('ImageProjectiveTransformV3', [batch(pixels), batch(f.op('Pack', [all])), size, f.constant(0)], {
    interpolation: 'NEAREST',
    fill_mode: 'CONSTANT',
  })
  return f.op('Reshape', [moved, f.op('Shape', [pixels])])
}

/** A side of an image, float32: 0 is the height, 1 the width. */
export function sideOf(f: GraphBuilder, pixels: Output, axis: 0 | 1): Output {
  return f.op(
    'Cast',
    [f.op('GatherV2', [f.op('Shape', [pixels]), f.constant(axis, 'int32'), f.constant(0, 'int32')])],
    { DstT: 'float32' },
  )
}

/** Row y is moved by `amount` times y, about the top left corner. */
export const shearX = (f: GraphBuilder, pixels: Output, amount: Output): Output =>
  transform(f, pixels, [1, amount, 0, 0, 1, 0])
export const shearY = (f: GraphBuilder, pixels: Output, amount: Output): Output =>
  transform(f, pixels, [1, 0, 0, amount, 1, 0])

/** By `amount` px, without its fraction, to the left or up. */
export const translateX = (f: GraphBuilder, pixels: Output, amount: Output): Output =>
  transform(f, pixels, [1, 0, truncate(f, amount), 0, 1, 0])
export const translateY = (f: GraphBuilder, pixels: Output, amount: Output): Output =>
  transform(f, pixels, [1, 0, 0, 0, 1, truncate(f, amount)])

function truncate(f: GraphBuilder, x: Output): Output {
  return f.op('Mul', [f.op('Sign', [x]), f.op('Floor', [f.op('Abs', [x])])])
}

/** Counter-clockwise about the centre, by degrees. */
export function rotate(f: GraphBuilder, pixels: Output, degrees: Output): Output {
  const [add, subtract, multiply] = ['AddV2', 'Sub', 'Mul'].map(
    (type) => (a: Output, b: Output) => f.op(type, [a, b]),
  ) as [Binary, Binary, Binary]
  const angle = multiply(degrees, f.constant(Math.PI / 180))
  const [cos, sin] = [f.op('Cos', [angle]), f.op('Sin', [angle])]
  const centre = (axis: 0 | 1) => multiply(subtract(sideOf(f, pixels, axis), f.constant(1)), f.constant(0.5))
  const [x, y] = [centre(1), centre(0)]
  const fromX = add(subtract(x, multiply(cos, x)), multiply(sin, y))
  const fromY = subtract(subtract(y, multiply(sin, x)), multiply(cos, y))
  return transform(f, pixels, [cos, f.op('Neg', [sin]), fromX, sin, cos, fromY])
}

type Binary = (a: Output, b: Output) => Output
