import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic, columns, type ImageSizes } from './geometry.ts'

/**
 * Where the evaluation transform looks: scaling the short side to `evaluationResize` and cutting `imageSize` out
 * of the centre is the same as cutting a square of `shortSide * imageSize / evaluationResize` out of the centre
 * of the image and scaling that to `imageSize`, and decodes and scales less. The side is rounded to the nearest
 * pixel (half to even), at least 1; the top and left margins are rounded down.
 * @returns int32 [n, 4]: top, left, height, width
 */
export function evaluationWindow(
  f: GraphBuilder,
  { heights, widths }: ImageSizes,
  imageSize: number,
  evaluationResize: number,
): Output {
  const { min, max, multiply, divide, subtract, floor, round } = arithmetic(f)
  const side = max(round(divide(multiply(min(heights, widths), imageSize), evaluationResize)), 1)
  const margin = (size: Output) => floor(divide(subtract(size, side), 2))
  return columns(f, [margin(heights), margin(widths), side, side])
}
