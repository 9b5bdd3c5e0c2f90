import { uniform } from '../../../engine/models/lowering/test-kit.ts'

export const windowLayers = ['Conv2D', 'DepthwiseConv2D', 'GroupedConv2D', 'MaxPooling2D', 'AveragePooling2D'] as const

/** A layer that slides a window over images, and the images. */
export interface WindowCase {
  readonly layer: (typeof windowLayers)[number]
  readonly batch: number
  /** Height and width. */
  readonly size: readonly [number, number]
  readonly channels: number
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: 'same' | 'valid'
  /** Of a convolution; of a depthwise one, for each channel. */
  readonly filters: number
  readonly groups: number
}

export const isPool = ({ layer }: WindowCase): boolean => layer === 'MaxPooling2D' || layer === 'AveragePooling2D'

/** Cases of a seed: kernels up to 16 and strides up to 8, many of them larger than their images. */
export function windowCases(layer: WindowCase['layer'], count: number, seed: number): WindowCase[] {
  const random = uniform(count * 16, seed, 0, 1)
  return Array.from({ length: count }, (_, i) => windowCase(layer, random.subarray(i * 16))).filter(
    ({ padding, kernel, size }) => padding === 'same' || kernel.every((side, axis) => side <= size[axis]!),
  )
}

function windowCase(layer: WindowCase['layer'], random: Float32Array): WindowCase {
  let drawn = 0
  const pick = (...choices: readonly number[]) => choices[Math.floor(random[drawn++]! * choices.length)]!
  const side = () => pick(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16)
  const isSquare = pick(0, 1) === 1
  const [height, kernel, stride] = [side(), pick(1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 16), pick(1, 1, 2, 2, 3, 4, 5, 8)]
  const groups = layer === 'GroupedConv2D' ? pick(2, 3, 4) : 1
  const perGroup = pick(1, 2, 3, 4, 6, 8, 12, 17)
  return {
    layer,
    groups,
    batch: pick(1, 2, 3),
    size: [height, isSquare ? height : side()],
    channels: layer === 'GroupedConv2D' ? groups * Math.min(perGroup, 4) : perGroup,
    kernel: [kernel, isSquare ? kernel : pick(1, 2, 3, 5, 8)],
    // TensorFlow's depthwise kernels stride alike in both directions.
    strides: [stride, isSquare || layer === 'DepthwiseConv2D' ? stride : pick(1, 2, 3, 4)],
    padding: pick(0, 1) === 1 ? 'same' : 'valid',
    filters: layer === 'DepthwiseConv2D' ? pick(1, 2) : groups * pick(1, 2, 3, 8),
  }
}
