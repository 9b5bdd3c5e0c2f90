import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** The parts of a {@link Geometry}, each a row a sample, in the order in which they are passed on. */
export const geometryParts = {
  window: { dtype: 'int32', shape: [4] },
  shift: { dtype: 'int32', shape: [3] },
  reversed: { dtype: 'bool', shape: [3] },
} as const
export type GeometryPart = keyof typeof geometryParts

/** What is cut out of the images of a chunk, and what is done with it; the first axis is the image. */
export interface Geometry {
  /** int32 [n, 4]: top, left, height and width in the image; scaled to the image size. */
  readonly window: Output
  /** int32 [n, 3]: top, left and 0 in the padded result, where there is padding. */
  readonly shift?: Output
  /** bool [n, 3]: which axes to reverse, where there are flips. */
  readonly reversed?: Output
}

/** Sizes of the images of a chunk, float64 [n]. They are computed in double precision: as exact as the tests' own. */
export interface ImageSizes {
  readonly heights: Output
  readonly widths: Output
}

/** Arithmetic on float64 tensors, so that formulas read as such. */
export const arithmetic = (f: GraphBuilder) => {
  const value = (x: Output | number) => (typeof x === 'number' ? f.constant(x, 'float64') : x)
  const binary = (type: string) => (a: Output | number, b: Output | number) => f.op(type, [value(a), value(b)])
  const unary = (type: string) => (a: Output) => f.op(type, [a])
  return {
    add: binary('AddV2'),
    subtract: binary('Sub'),
    multiply: binary('Mul'),
    divide: binary('RealDiv'),
    min: binary('Minimum'),
    max: binary('Maximum'),
    less: binary('Less'),
    lessEqual: binary('LessEqual'),
    floor: unary('Floor'),
    /** To the nearest whole number, a half to the even one. */
    round: unary('Round'),
    sqrt: unary('Sqrt'),
    exp: unary('Exp'),
    and: binary('LogicalAnd'),
    where: (condition: Output, yes: Output, no: Output) => f.op('SelectV2', [condition, yes, no]),
  }
}

/** int32 [n, k] of k float64 [n]. */
export const columns = (f: GraphBuilder, values: readonly Output[]): Output => f.op('Cast', [f.op('Pack', [values], { axis: 1 })], { DstT: 'int32' })
