import type { Recipe } from '../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { evaluationWindow } from './augment/evaluation-window.ts'
import { arithmetic, columns, type Geometry, type GeometryPart, type ImageSizes } from './augment/geometry.ts'
import { ATTEMPTS, randomResizedCrop } from './augment/random-resized-crop.ts'
import { defineRandomNumbers, drawRandomNumbers } from './augment/random-numbers.ts'

/** The samples of a chunk, int64 [n]; sizes float64 [n]. */
export interface Samples extends ImageSizes {
  readonly epochs: Output
  readonly samples: Output
}

/** What is done to samples: a function of their epoch, index and size, and of nothing else. */
export interface Transform {
  readonly imageSize: number
  /** Zeros on every side of the scaled window, px. */
  readonly padding: number
  /** Those that {@link geometry} gives. */
  readonly parts: readonly GeometryPart[]
  geometry(f: GraphBuilder, samples: Samples): Geometry
}

type Data = Pick<Recipe['data'], 'imageSize' | 'evaluationResize'>

/** Short side to `evaluationResize`, then the `imageSize` in the centre. */
export const evaluationTransform = ({ imageSize, evaluationResize }: Data): Transform => ({
  imageSize,
  padding: 0,
  parts: ['window'],
  geometry: (f, samples) => ({ window: evaluationWindow(f, samples, imageSize, evaluationResize) }),
})

/** Where a sample's random numbers are used. Their places are part of what a seed means: add new ones at the end. */
const places = { area: 0, aspect: ATTEMPTS, top: 2 * ATTEMPTS, left: 2 * ATTEMPTS + 1, flip: 2 * ATTEMPTS + 2 } as const

/** The random transform of a recipe. Adds to `g` the functions that {@link Transform.geometry} calls. */
export function trainingTransform(g: GraphBuilder, data: Data, augment: Recipe['augment'], seed: number): Transform {
  const randomNumbers = defineRandomNumbers(g, seed, 'augmentation')
  const padding = augment.crop === 'pad-and-crop' ? augment.padding : 0
  return {
    imageSize: data.imageSize,
    padding,
    parts: ['window', ...(padding > 0 ? ['shift' as const] : []), ...(augment.flip > 0 ? ['reversed' as const] : [])],
    geometry(f, samples) {
      const drawn = f.op('Cast', [drawRandomNumbers(f, randomNumbers, samples.epochs, samples.samples)], { DstT: 'float64' })
      const all = (first: number) => f.op('Slice', [drawn, f.constant([0, first], 'int32'), f.constant([-1, ATTEMPTS], 'int32')])
      const one = (place: number) => f.op('GatherV2', [drawn, f.constant(place, 'int32'), f.constant(1, 'int32')])
      const [top, left] = [one(places.top), one(places.left)]
      return {
        window:
          augment.crop === 'random-resized'
            ? randomResizedCrop(f, samples, { area: all(places.area), aspect: all(places.aspect), top, left }, augment)
            : evaluationWindow(f, samples, data.imageSize, data.evaluationResize),
        ...(padding > 0 && { shift: randomShift(f, top, left, padding) }),
        ...(augment.flip > 0 && { reversed: randomFlip(f, one(places.flip), augment.flip) }),
      }
    },
  }
}

/** Where a window of the image size lies in the padded image: int32 [n, 3], 0 to twice the padding. */
function randomShift(f: GraphBuilder, top: Output, left: Output, padding: number): Output {
  const { floor, multiply } = arithmetic(f)
  const place = (u: Output) => floor(multiply(u, 2 * padding + 1))
  return columns(f, [place(top), place(left), f.op('ZerosLike', [top])])
}

/** bool [n, 3]: the width reversed where the number is below the probability. */
function randomFlip(f: GraphBuilder, u: Output, probability: number): Output {
  const flip = arithmetic(f).less(u, probability)
  const never = f.op('ZerosLike', [flip])
  return f.op('Pack', [[never, flip, never]], { axis: 1 })
}
