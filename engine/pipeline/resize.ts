import type { Recipe } from '../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { clip } from './augment/pixels.ts'

/** How pixels are scaled. `area`: each pixel is the mean of what it covers; the others: see the recipe. */
export type Scaling = Recipe['data']['resample'] | 'area'

/**
 * Pixels at another size; those that have it already stay as they are. What comes out is rounded to the nearest level.
 * @param pixels uint8 [height, width, channels]
 * @param size int32 [2], height and width
 * @returns uint8 [height, width, channels]
 */
export function resize(f: GraphBuilder, pixels: Output, size: Output, channels: number, scaling: Scaling): Output {
  const shape = concat(f, size, f.constant([channels], 'int32'))
  return f.op('Reshape', [scaled(f, pixels, size, scaling), shape])
}

function scaled(f: GraphBuilder, pixels: Output, size: Output, scaling: Scaling): Output {
  switch (scaling) {
    // Pixel centres at halves, no low-pass filter before it.
    case 'bilinear':
      return rounded(f, f.op('ResizeBilinear', [batch(f, pixels), size], { half_pixel_centers: true }))
    case 'area':
      return rounded(f, f.op('ResizeArea', [batch(f, pixels), size]))
    case 'bilinear-antialias':
      return rounded(f, filtered(f, batch(f, pixels), part(f, f.op('Shape', [pixels]), 0, 2), size, 'triangle'))
    case 'bicubic-antialias':
      return bicubic(f, pixels, size)
  }
}

/**
 * TensorFlow's op with its kernel as wide as a pixel of the result, at least as one of the image, cut off at the edges
 * and made to sum to 1: the coefficients of Pillow's resampling. Its cubic kernel is Keys' too, with a = -0.5.
 * @param images [batch, height, width, channels]
 * @param from, to int32 [2], height and width
 * @returns float32 [batch, height, width, channels], not cut to 0 to 255
 */
function filtered(f: GraphBuilder, images: Output, from: Output, to: Output, kernel: 'triangle' | 'keyscubic'): Output {
  const number = (x: Output) => f.op('Cast', [x], { DstT: 'float32' })
  const scale = f.op('RealDiv', [number(to), number(from)])
  return f.op('ScaleAndTranslate', [images, to, scale, f.constant([0, 0], 'float32')], {
    kernel_type: kernel,
    antialias: true,
  })
}

/**
 * As Pillow did it up to version 12: across first, then down, and cut to 0 to 255 and rounded between them, since a cubic
 * kernel overshoots. The axis that stays is moved to where the op has nothing to do with it.
 */
function bicubic(f: GraphBuilder, pixels: Output, size: Output): Output {
  const one = f.constant([1], 'int32')
  const [height, width, channels] = [0, 1, 2].map((axis) => part(f, f.op('Shape', [pixels]), axis)) as Three
  const [toHeight, toWidth] = [0, 1].map((axis) => part(f, size, axis)) as Two
  // Every row an image of its own.
  const rows = f.op('Reshape', [pixels, concat(f, height, one, width, channels)])
  const across = filtered(f, rows, concat(f, one, width), concat(f, one, toWidth), 'keyscubic')
  // A row as one pixel of many channels.
  const columns = f.op('Reshape', [levels(f, across), concat(f, one, height, one, f.op('Mul', [toWidth, channels]))])
  const down = filtered(f, columns, concat(f, height, one), concat(f, toHeight, one), 'keyscubic')
  return f.op('Cast', [levels(f, down)], { DstT: 'uint8' })
}

type Two = [Output, Output]
type Three = [Output, Output, Output]

/** Whole numbers from 0 to 255, a half to the higher one. */
const levels = (f: GraphBuilder, pixels: Output) => clip(f, f.op('Floor', [f.op('AddV2', [pixels, f.constant(0.5)])]))
const rounded = (f: GraphBuilder, pixels: Output) => f.op('Cast', [f.op('Round', [pixels])], { DstT: 'uint8' })
const batch = (f: GraphBuilder, pixels: Output) => f.op('ExpandDims', [pixels, f.constant(0, 'int32')])
const concat = (f: GraphBuilder, ...parts: Output[]) => f.op('ConcatV2', [parts, f.constant(0, 'int32')])
/** So many of a vector, from one on. */
const part = (f: GraphBuilder, vector: Output, from: number, count = 1) =>
  f.op('Slice', [vector, f.constant([from], 'int32'), f.constant([count], 'int32')])
