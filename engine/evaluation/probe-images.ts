import type { Recipe } from '../../shared/recipe/schema.ts'
import { Tensor } from '../tensorflow/c-api/index.ts'

/**
 * Images that two forms of one network are compared on, always the same: smooth stripes, in each others.
 * @returns uint8 [count, size, size, channels], as the evaluation transform leaves images. The caller disposes it.
 */
export function probeImages({ data }: Recipe, count: number): Tensor {
  const size = data.evaluationSize || data.imageSize
  const pixels = size * size * data.channels
  const values = Uint8Array.from(
    { length: count * pixels },
    (_, i) => 127.5 + 127.5 * Math.sin(i / (3 + Math.floor(i / pixels))),
  )
  return Tensor.from('uint8', [count, size, size, data.channels], values)
}
