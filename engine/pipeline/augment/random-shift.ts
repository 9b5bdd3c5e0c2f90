import type { Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic, columns } from './geometry.ts'
import type { Augmentation, Step } from './step.ts'

const places = { top: 0, left: 1 } as const

/** A window of the sample's own size out of the sample with black pixels on every side, at a uniform place (He et al. 2015, section 4.2). */
export const randomShift: Augmentation = {
  numbers: 2,
  stepOf: ({ augment: { crop, padding } }) => (crop === 'pad-and-crop' && padding > 0 ? shift(padding) : undefined),
}

function shift(padding: number): Step {
  return {
    // Top, left and 0 in the padded sample, 0 to twice the padding.
    figures: [{ dtype: 'int32', shape: [3] }],
    draw(f, chunk) {
      const { floor, multiply } = arithmetic(f)
      const place = (u: Output) => floor(multiply(u, 2 * padding + 1))
      const top = chunk.number(places.top)
      return [columns(f, [place(top), place(chunk.number(places.left)), f.op('ZerosLike', [top])])]
    },
    apply(f, pixels, [moved]) {
      const padded = f.op('Pad', [
        pixels,
        f.constant(
          [
            [padding, padding],
            [padding, padding],
            [0, 0],
          ],
          'int32',
        ),
      ])
      return f.op('Slice', [padded, moved!, f.op('Shape', [pixels])])
    },
  }
}
