import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic, columns, type ImageSizes } from './geometry.ts'
import { randomWindow, type WindowNumbers } from './random-window.ts'

/**
 * Random windows after Szegedy et al. 2014: the first of ten attempts that fits. Where none fits, the largest
 * centred window whose aspect ratio is within `aspect`.
 * @returns int32 [n, 4]: top, left, height, width
 */
export function randomResizedCrop(
  f: GraphBuilder,
  images: ImageSizes,
  numbers: WindowNumbers,
  ranges: Pick<Recipe['augment'], 'area' | 'aspect'>,
): Output {
  const { top, left, height, width } = randomWindow(f, images, numbers, ranges, largestWindow(f, images, ranges.aspect))
  return columns(f, [top, left, height, width])
}

/** The whole image, cut on its long side where its aspect ratio is outside of the range. */
function largestWindow(f: GraphBuilder, { heights, widths }: ImageSizes, [low, high]: readonly [number, number]) {
  const { min, max, multiply, divide, round } = arithmetic(f)
  return {
    height: max(min(heights, round(divide(widths, low))), 1),
    width: max(min(widths, round(multiply(heights, high))), 1),
  }
}
