import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic, columns, type ImageSizes } from './geometry.ts'

export const ATTEMPTS = 10

/** Uniform numbers in [0, 1), float64: [n, ATTEMPTS] of the attempts, [n] of the place. */
export interface CropNumbers {
  readonly area: Output
  readonly aspect: Output
  readonly top: Output
  readonly left: Output
}

/**
 * Random windows after Szegedy et al. 2014: the first of ten attempts that fits. An attempt has an area uniform
 * in `area` times the image's, and an aspect ratio (width over height) log-uniform in `aspect`; its sides are
 * rounded to whole pixels. Its place is uniform among those that fit. Where none fits, the largest centred
 * window whose aspect ratio is within `aspect`.
 * @returns int32 [n, 4]: top, left, height, width
 */
export function randomResizedCrop(f: GraphBuilder, { heights, widths }: ImageSizes, numbers: CropNumbers, { area, aspect }: Pick<Recipe['augment'], 'area' | 'aspect'>): Output {
  const { add, subtract, multiply, divide, and, lessEqual, where, floor, round, sqrt, exp } = arithmetic(f)
  const column = (x: Output) => f.op('ExpandDims', [x, f.constant(1, 'int32')])
  const between = (low: number, high: number, u: Output) => add(multiply(u, high - low), low)

  const areas = multiply(column(multiply(heights, widths)), between(area[0], area[1], numbers.area))
  const aspects = exp(between(Math.log(aspect[0]), Math.log(aspect[1]), numbers.aspect))
  const triedWidths = round(sqrt(multiply(areas, aspects)))
  const triedHeights = round(sqrt(divide(areas, aspects)))
  const positive = and(lessEqual(1, triedWidths), lessEqual(1, triedHeights))
  const fits = and(positive, and(lessEqual(triedWidths, column(widths)), lessEqual(triedHeights, column(heights))))
  const { attempt, any } = firstTrue(f, fits)

  const largest = largestWindow(f, { heights, widths }, aspect)
  const pick = (tried: Output) => f.op('GatherV2', [tried, attempt, f.constant(1, 'int32')], { batch_dims: 1 })
  const height = where(any, pick(triedHeights), largest.height)
  const width = where(any, pick(triedWidths), largest.width)
  const place = (u: Output, room: Output) => floor(where(any, multiply(u, add(room, 1)), divide(room, 2)))
  return columns(f, [place(numbers.top, subtract(heights, height)), place(numbers.left, subtract(widths, width)), height, width])
}

/** The position of the first true value of each row, bool [n, ATTEMPTS], and whether there is one. */
function firstTrue(f: GraphBuilder, values: Output): { attempt: Output; any: Output } {
  // Earlier ones weigh more, so that the largest is never a tie.
  const weights = f.constant(Array.from({ length: ATTEMPTS }, (_, i) => ATTEMPTS - i), 'int32')
  const weighed = f.op('Mul', [f.op('Cast', [values], { DstT: 'int32' }), weights])
  return {
    attempt: f.op('ArgMax', [weighed, f.constant(1, 'int32')], { output_type: 'int32' }),
    any: f.op('Any', [values, f.constant([1], 'int32')]),
  }
}

/** The whole image, cut on its long side where its aspect ratio is outside of the range. */
function largestWindow(f: GraphBuilder, { heights, widths }: ImageSizes, [low, high]: readonly [number, number]) {
  const { min, max, multiply, divide, round } = arithmetic(f)
  return {
    height: max(min(heights, round(divide(widths, low))), 1),
    width: max(min(widths, round(multiply(heights, high))), 1),
  }
}
