import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic } from './geometry.ts'

type Data = Pick<Recipe['data'], 'imageSize'> & Partial<Pick<Recipe['data'], 'startImageSize' | 'resizeEpochs'>>

const GRAIN = 32

export const grows = ({ startImageSize = 0 }: Data): boolean => startImageSize > 0

/**
 * Height and width of training images, px, by epoch from 0: `startImageSize` up to the first of `resizeEpochs`,
 * then on the line to `imageSize` at the second, to the nearest 32 px (Leclerc et al. 2023, arXiv 2306.12517). A
 * batch lies within an epoch, and so has one size.
 */
export function sizeInEpoch(
  { imageSize, startImageSize = 0, resizeEpochs: [from, to] = [0, 0] }: Data,
  epoch: number,
): number {
  if (startImageSize === 0 || epoch >= to) return imageSize
  if (epoch <= from) return startImageSize
  const onLine = startImageSize + ((imageSize - startImageSize) * (epoch - from)) / (to - from)
  return GRAIN * Math.round(onLine / GRAIN)
}

/** {@link sizeInEpoch} in the graph: int64 [n] epochs to float64 [n]. After the last of the table nothing changes. */
export function sizesOf(f: GraphBuilder, data: Data, epochs: Output): Output {
  const last = grows(data) ? Math.ceil(data.resizeEpochs?.[1] ?? 0) : 0
  const table = Array.from({ length: last + 1 }, (_, epoch) => sizeInEpoch(data, epoch))
  const { min } = arithmetic(f)
  const row = f.op('Cast', [min(f.op('Cast', [epochs], { DstT: 'float64' }), last)], { DstT: 'int32' })
  return f.op('GatherV2', [f.constant(table, 'float64'), row, f.constant(0, 'int32')])
}
