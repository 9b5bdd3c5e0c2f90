import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { evaluationWindow } from './evaluation-window.ts'
import type { ImageSizes } from './geometry.ts'
import { grows, sizesOf } from './progressive-size.ts'
import { defineRandomNumbers, drawRandomNumbers, type RandomNumbers } from './random-numbers.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import { ATTEMPTS } from './random-window.ts'
import type { Chunk } from './step.ts'
import { chunkFrom, cropPlaces, stepsOf } from './steps.ts'
import type { Component } from '../../tensorflow/graph/tf-data.ts'
import type { OrderedSamples } from '../order.ts'
import type { Scaling } from '../resize.ts'

/** The samples of a chunk, int64 [n]; sizes float64 [n]. */
export interface Samples extends ImageSizes, Pick<OrderedSamples, 'epochs' | 'samples' | 'draws'> {}

/** What is done to samples: a function of their epoch, index and size, and of nothing else. */
export interface Transform {
  /** Height and width of what comes out; `null` where they differ between epochs. */
  readonly imageSize: number | null
  /** What {@link draw} gives, without its first axis. */
  readonly components: readonly Component[]
  /** The figures of a chunk of samples: first the window of each image, int32 [n, 4] top, left, height, width. */
  draw(f: GraphBuilder, samples: Samples): Output[]
  /** What the window of one sample is scaled to, int32 [2] height and width, from the sample's figures. */
  size(f: GraphBuilder, figures: readonly Output[]): Output
  readonly scaling: Scaling
  /** What is done to the scaled window: uint8 [size, size, channels] to the same. */
  finish(f: GraphBuilder, pixels: Output, figures: readonly Output[]): Output
}

type EvaluationData = Pick<Recipe['data'], 'imageSize' | 'evaluationResize' | 'resample'> &
  Partial<Pick<Recipe['data'], 'evaluationSize'>>
type TrainingData = Pick<Recipe['data'], 'imageSize' | 'evaluationResize' | 'resample' | 'channels' | 'mean'> &
  Partial<Pick<Recipe['data'], 'startImageSize' | 'resizeEpochs'>>

const windowComponent: Component = { dtype: 'int32', shape: [4] }

/** Short side to `evaluationResize`, then the `evaluationSize`, or else the `imageSize`, in the centre. */
export function evaluationTransform({
  imageSize,
  evaluationSize,
  evaluationResize,
  resample,
}: EvaluationData): Transform {
  const size = evaluationSize || imageSize
  return {
    imageSize: size,
    components: [windowComponent],
    draw: (f, samples) => [evaluationWindow(f, samples, size, evaluationResize)],
    size: (f) => f.constant([size, size], 'int32'),
    scaling: resample,
    finish: (_f, pixels) => pixels,
  }
}

/** As many random numbers are made of a sample at least: those of a crop, and one more. */
const FEWEST_NUMBERS = 23

/** The random transform of a recipe. Adds to `g` the functions that it calls. */
export function trainingTransform(
  g: GraphBuilder,
  data: TrainingData,
  augment: Recipe['augment'],
  seed: number,
): Transform {
  const growing = grows(data)
  const imageSize = growing ? null : data.imageSize
  const steps = stepsOf({ g, augment, data, size: imageSize })
  const before: Component[] = [windowComponent, ...(growing ? [{ dtype: 'int32', shape: [] } as const] : [])]
  const count = Math.max(FEWEST_NUMBERS, ...steps.map(({ end }) => end))
  const randomNumbers = defineRandomNumbers(g, seed, 'augmentation', count)
  return {
    imageSize,
    components: [...before, ...steps.flatMap(({ step }) => step.figures)],
    draw(f, samples) {
      const drawn = numbersOf(f, randomNumbers, samples)
      const chunk = chunkOf(f, samples, sizesOf(f, data, samples.epochs), drawn)
      const size = growing ? [f.op('Cast', [chunk.sizes], { DstT: 'int32' })] : []
      return [
        cropOf(f, chunk, data, augment),
        ...size,
        ...steps.flatMap(({ step, first }) => step.draw(f, chunkFrom(chunk, first))),
      ]
    },
    size: (f, figures) =>
      growing ? f.op('Pack', [[figures[1]!, figures[1]!]]) : f.constant([data.imageSize, data.imageSize], 'int32'),
    scaling: data.resample,
    finish(f, pixels, figures) {
      let first = before.length
      return steps.reduce(
        (result, { step }) => step.apply(f, result, figures.slice(first, (first += step.figures.length))),
        pixels,
      )
    },
  }
}

/** float64 [n, count]. */
function numbersOf(f: GraphBuilder, numbers: RandomNumbers, { draws, epochs, samples }: Samples): Output {
  return f.op('Cast', [drawRandomNumbers(f, numbers, draws ?? epochs, samples)], { DstT: 'float64' })
}

function chunkOf(f: GraphBuilder, { samples, heights, widths }: Samples, sizes: Output, drawn: Output): Chunk {
  return {
    samples,
    heights,
    widths,
    sizes,
    number: (place) => f.op('GatherV2', [drawn, f.constant(place, 'int32'), f.constant(1, 'int32')]),
    numbers: (place, count) =>
      f.op('Slice', [drawn, f.constant([0, place], 'int32'), f.constant([-1, count], 'int32')]),
  }
}

function cropOf(f: GraphBuilder, chunk: Chunk, data: TrainingData, augment: Recipe['augment']): Output {
  switch (augment.crop) {
    case 'random-resized':
      return randomResizedCrop(
        f,
        chunk,
        {
          area: chunk.numbers(cropPlaces.area, ATTEMPTS),
          aspect: chunk.numbers(cropPlaces.aspect, ATTEMPTS),
          top: chunk.number(cropPlaces.top),
          left: chunk.number(cropPlaces.left),
        },
        augment,
      )
    case 'pad-and-crop':
    case 'none':
      return evaluationWindow(f, chunk, data.imageSize, data.evaluationResize)
  }
}
