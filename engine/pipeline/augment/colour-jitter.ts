import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic } from './geometry.ts'
import { blend, luma, toBytes, toFloat } from './pixels.ts'
import type { Augmentation, Step } from './step.ts'

/**
 * torchvision's ColorJitter, always in the order brightness, contrast, saturation, hue (torchvision draws the
 * order). Brightness, contrast and saturation blend with black, with the mean of the grey image, and with the
 * grey image, by a factor uniform in 1 - v to 1 + v, not below 0; hue is turned by a share of a full turn uniform
 * in -v to v. Computed in float32, cut to 0 to 255 after each, rounded once at the end.
 */
export const colourJitter: Augmentation = {
  numbers: 4,
  stepOf({ augment, data }) {
    const { brightness, contrast, saturation, hue } = augment
    return brightness + contrast + saturation + hue > 0 ? jitter(augment, data.channels) : undefined
  },
}

function jitter({ brightness, contrast, saturation, hue }: Recipe['augment'], channels: number): Step {
  return {
    // The three factors and the turn.
    figures: [{ dtype: 'float32', shape: [4] }],
    draw(f, chunk) {
      const { between } = arithmetic(f)
      const ranges = [
        ...[brightness, contrast, saturation].map((v) => [Math.max(0, 1 - v), 1 + v] as const),
        [-hue, hue] as const,
      ]
      const values = ranges.map(([low, high], i) => between(low, high, chunk.number(i)))
      return [f.op('Cast', [f.op('Pack', [values], { axis: 1 })], { DstT: 'float32' })]
    },
    apply(f, pixels, [figures]) {
      const figure = (i: number) => f.op('GatherV2', [figures!, f.constant(i, 'int32'), f.constant(0, 'int32')])
      let x = toFloat(f, pixels)
      if (brightness > 0) x = blend(f, x, f.constant(0), figure(0))
      if (contrast > 0) x = blend(f, x, meanOf(f, luma(f, x, channels)), figure(1))
      if (saturation > 0) x = blend(f, x, luma(f, x, channels), figure(2))
      if (hue > 0) x = f.op('AdjustHue', [x, figure(3)])
      return toBytes(f, x)
    },
  }
}

const meanOf = (f: GraphBuilder, x: Output): Output => f.op('Mean', [x, f.constant([0, 1, 2], 'int32')])
