import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic } from './geometry.ts'
import type { Step } from './step.ts'

/** Mirrors a sample left to right and top to bottom, each where its number is below its probability. */
export function flips(
  { flip, verticalFlip }: Recipe['augment'],
  places: { readonly flip: number; readonly verticalFlip: number },
): Step {
  return {
    // Which axes to reverse: height, width, channels.
    figures: [{ dtype: 'bool', shape: [3] }],
    draw(f, chunk) {
      const never = f.op('ZerosLike', [f.op('Cast', [chunk.samples], { DstT: 'bool' })])
      const reversed = (place: number, probability: number): Output =>
        probability > 0 ? arithmetic(f).less(chunk.number(place), probability) : never
      return [
        f.op('Pack', [[reversed(places.verticalFlip, verticalFlip), reversed(places.flip, flip), never]], { axis: 1 }),
      ]
    },
    apply: (f, pixels, [reversed]) => f.op('Reverse', [pixels, reversed!]),
  }
}
