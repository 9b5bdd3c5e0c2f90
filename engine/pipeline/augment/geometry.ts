import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

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
    where: (condition: Output, yes: Output | number, no: Output | number) =>
      f.op('SelectV2', [condition, value(yes), value(no)]),
    /** From a number in [0, 1) to one between two others. */
    between: (low: number, high: number, u: Output) => f.op('AddV2', [f.op('Mul', [u, value(high - low)]), value(low)]),
  }
}

/** int32 [n, k] of k float64 [n]. */
export const columns = (f: GraphBuilder, values: readonly Output[]): Output =>
  f.op('Cast', [f.op('Pack', [values], { axis: 1 })], { DstT: 'int32' })
