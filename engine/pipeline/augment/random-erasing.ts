import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic, columns } from './geometry.ts'
import { ATTEMPTS, randomWindow } from './random-window.ts'
import type { Augmentation, Step } from './step.ts'

const places = { erase: 0, area: 1, aspect: 1 + ATTEMPTS, top: 1 + 2 * ATTEMPTS, left: 2 + 2 * ATTEMPTS } as const

/**
 * Random erasing (Zhong et al. 2017, arXiv 1708.04896): with a probability, a random rectangle is replaced by the
 * mean of the images, to the nearest whole number. Of ten rectangles the first that fits; where none fits, none.
 */
export const randomErasing: Augmentation = {
  numbers: 3 + 2 * ATTEMPTS,
  stepOf: ({ augment, data }) => (augment.erasing > 0 ? erase(augment, data.mean) : undefined),
}

/** @param mean one value for all channels or one a channel, 0 to 255 */
function erase({ erasing, erasingArea, erasingAspect }: Recipe['augment'], mean: readonly number[]): Step {
  return {
    figures: [{ dtype: 'int32', shape: [4] }],
    draw(f, chunk) {
      const { less, where } = arithmetic(f)
      const numbers = {
        area: chunk.numbers(places.area, ATTEMPTS),
        aspect: chunk.numbers(places.aspect, ATTEMPTS),
        top: chunk.number(places.top),
        left: chunk.number(places.left),
      }
      const { top, left, height, width } = randomWindow(
        f,
        { heights: chunk.sizes, widths: chunk.sizes },
        numbers,
        { area: erasingArea, aspect: erasingAspect },
        { height: 0, width: 0 },
      )
      return [columns(f, [top, left, where(less(chunk.number(places.erase), erasing), height, 0), width])]
    },
    apply: (f, pixels, [window]) =>
      f.op('SelectV2', [inside(f, pixels, window!), f.constant(mean.map(Math.round), 'uint8'), pixels]),
  }
}

/** bool [height, width, 1]: whether a pixel is in a window, int32 [4] top, left, height, width. */
function inside(f: GraphBuilder, pixels: Output, window: Output): Output {
  const shape = f.op('Shape', [pixels])
  const at = (values: Output, place: number) =>
    f.op('GatherV2', [values, f.constant(place, 'int32'), f.constant(0, 'int32')])
  const along = (axis: number) => {
    const position = f.op('Range', [f.constant(0, 'int32'), at(shape, axis), f.constant(1, 'int32')])
    const from = f.op('Sub', [position, at(window, axis)])
    return f.op('LogicalAnd', [
      f.op('GreaterEqual', [from, f.constant(0, 'int32')]),
      f.op('Less', [from, at(window, axis + 2)]),
    ])
  }
  const rows = f.op('Reshape', [along(0), f.constant([-1, 1, 1], 'int32')])
  const columnsInside = f.op('Reshape', [along(1), f.constant([1, -1, 1], 'int32')])
  return f.op('LogicalAnd', [rows, columnsInside])
}
