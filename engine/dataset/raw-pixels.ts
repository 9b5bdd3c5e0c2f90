import type { Recipe } from '../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import type { RawImages } from './image-index/split-index.ts'

/** Luma of ITU-R BT.601, as JPEG defines it: uint8 [height, width, 3] to [height, width, 1]. */
export function grey(f: GraphBuilder, rgb: Output): Output {
  const weighed = f.op('Mul', [f.op('Cast', [rgb], { DstT: 'float32' }), f.constant([0.299, 0.587, 0.114])])
  return f.op('Cast', [f.op('Round', [f.op('Sum', [weighed, f.constant([2], 'int32')], { keep_dims: true })])], {
    DstT: 'uint8',
  })
}

/** uint8 [bytes] of one image to [height, width, channels]. A grey image becomes one of three equal channels. */
export function rawPixels(
  f: GraphBuilder,
  bytes: Output,
  { height, width, channels, layout }: Omit<RawImages, 'bytes'>,
  wanted: Recipe['data']['channels'],
): Output {
  const shaped = (...shape: number[]) => f.op('Reshape', [bytes, f.constant(shape, 'int32')])
  const pixels =
    layout === 'pixels'
      ? shaped(height, width, channels)
      : f.op('Transpose', [shaped(channels, height, width), f.constant([1, 2, 0], 'int32')])
  if (channels === wanted) return pixels
  return wanted === 1 ? grey(f, pixels) : f.op('Tile', [pixels, f.constant([1, 1, 3], 'int32')])
}
