import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic, type ImageSizes } from './geometry.ts'

export const ATTEMPTS = 10

/** Uniform numbers in [0, 1), float64: [n, ATTEMPTS] of the attempts, [n] of the place. */
export interface WindowNumbers {
  readonly area: Output
  readonly aspect: Output
  readonly top: Output
  readonly left: Output
}

export interface WindowRanges {
  /** Share of the image. */
  readonly area: readonly [number, number]
  /** Width over height. */
  readonly aspect: readonly [number, number]
}

/** What to take where no attempt fits: float64 [n]. */
export interface WindowSize {
  readonly height: Output | number
  readonly width: Output | number
}

/**
 * The first of ten random windows that fits into its image. An attempt has an area uniform in `area` times the
 * image's, and an aspect ratio (width over height) log-uniform in `aspect`; its sides are rounded to whole
 * pixels. Its place is uniform among those that fit. Where none fits, `otherwise`, in the centre.
 * @returns float64 [n] each: whole numbers
 */
export function randomWindow(
  f: GraphBuilder,
  { heights, widths }: ImageSizes,
  numbers: WindowNumbers,
  { area, aspect }: WindowRanges,
  otherwise: WindowSize,
) {
  const { add, subtract, multiply, divide, and, lessEqual, where, floor, round, sqrt, exp, between } = arithmetic(f)
  const column = (x: Output) => f.op('ExpandDims', [x, f.constant(1, 'int32')])
  const areas = multiply(column(multiply(heights, widths)), between(area[0], area[1], numbers.area))
  const aspects = exp(between(Math.log(aspect[0]), Math.log(aspect[1]), numbers.aspect))
  const triedWidths = round(sqrt(multiply(areas, aspects)))
  const triedHeights = round(sqrt(divide(areas, aspects)))
  const positive = and(lessEqual(1, triedWidths), lessEqual(1, triedHeights))
  const fits = and(positive, and(lessEqual(triedWidths, column(widths)), lessEqual(triedHeights, column(heights))))
  const { attempt, any } = firstTrue(f, fits)

  const pick = (tried: Output) => f.op('GatherV2', [tried, attempt, f.constant(1, 'int32')], { batch_dims: 1 })
  const height = where(any, pick(triedHeights), otherwise.height)
  const width = where(any, pick(triedWidths), otherwise.width)
  const place = (u: Output, room: Output) => floor(where(any, multiply(u, add(room, 1)), divide(room, 2)))
  return {
    top: place(numbers.top, subtract(heights, height)),
    left: place(numbers.left, subtract(widths, width)),
    height,
    width,
  }
}

/** The position of the first true value of each row, bool [n, ATTEMPTS], and whether there is one. */
function firstTrue(f: GraphBuilder, values: Output): { attempt: Output; any: Output } {
  // Earlier ones weigh more, so that the largest is never a tie.
  const weights = f.constant(
    Array.from({ length: ATTEMPTS }, (_, i) => ATTEMPTS - i),
    'int32',
  )
  const weighed = f.op('Mul', [f.op('Cast', [values], { DstT: 'int32' }), weights])
  return {
    attempt: f.op('ArgMax', [weighed, f.constant(1, 'int32')], { output_type: 'int32' }),
    any: f.op('Any', [values, f.constant([1], 'int32')]),
  }
}
