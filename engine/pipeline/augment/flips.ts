import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic } from './geometry.ts'
import type { Augmentation, Step } from './step.ts'

const places = { flip: 0, verticalFlip: 1 } as const

/** Mirrors a sample left to right and top to bottom, each where its number is below its probability. */
export const flips: Augmentation = {
  numbers: 2,
  stepOf: ({ augment }) => (augment.flip > 0 || augment.verticalFlip > 0 ? mirroring(augment) : undefined),
}

function mirroring({ flip, verticalFlip }: Recipe['augment']): Step {
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
