import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/**
 * (pixel - mean) / std, a channel each, on the device: pixels travel as uint8.
 * @param images uint8 [batch, height, width, channels], 0 to 255
 * @param mean one value for all channels or one a channel, 0 to 255
 * @returns float32 of the same shape
 */
export function normalise(g: GraphBuilder, images: Output, mean: readonly number[], std: readonly number[]): Output {
  return g.withName('normalise', () => {
    const pixels = g.op('Cast', [images], { DstT: 'float32' })
    const scale = g.constant(std.map((value) => 1 / value))
    return g.op('Mul', [g.op('Sub', [pixels, g.constant(mean)]), scale])
  })
}
