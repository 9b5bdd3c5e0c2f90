import type { SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { traitsOf } from '../../../shared/recipe/architectures.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { Tensor } from '../../tensorflow/c-api/index.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { modelCost } from '../cost.ts'
import { createModel } from '../create-model.ts'
import { eagerDistance, fetch, lower } from '../lowering/test-kit.ts'
import { fromLayers, layersOf } from '../model.ts'
import type { ModelOptions } from '../model-options.ts'
import { LayerStack } from './layer-stack.ts'

type Padding = Recipe['model']['padding']

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

const options = (padding: Padding, rest: Partial<ModelOptions> = {}): ModelOptions => ({
  ...parseRecipe({ model: { padding } }).model,
  imageSize: 32,
  channels: 3,
  classes: 10,
  seed: 1,
  ...rest,
})

/** What a step of the stack makes of an image of one channel, row-major; the weights of a convolution are 1, 2, 3 and so on. */
async function stepOn(
  padding: Padding,
  pixels: readonly number[],
  step: (stack: LayerStack, x: SymbolicTensor) => SymbolicTensor,
): Promise<number[]> {
  const size = Math.sqrt(pixels.length)
  const stack = new LayerStack(tf, options(padding, { imageSize: size, channels: 1 }))
  const image = stack.input()
  const layers = tf.model({ inputs: image, outputs: step(stack, image) })
  layers.setWeights(
    layers.weights.map(({ shape }) => tf.range(1, shape.reduce((a, b) => a! * b!, 1)! + 1).reshape(shape as number[])),
  )
  const model = fromLayers(layers)
  const lowered = await lower(model, { training: false })
  using fed = Tensor.from('float32', [1, size, size, 1], Float32Array.from(pixels))
  const [found] = await fetch(lowered.session, [[lowered.input, fed]], [lowered.output])
  lowered.dispose()
  model.dispose()
  return [...found!]
}

const convolve = (kernel: number) => (stack: LayerStack, x: SymbolicTensor) =>
  stack.convolution(x, { name: 'conv', filters: 1, kernel, stride: 2 })
const depthwise = (kernel: number) => (stack: LayerStack, x: SymbolicTensor) =>
  stack.depthwise(x, { name: 'conv', kernel, stride: 2 })
const pool = (stack: LayerStack, x: SymbolicTensor) => stack.maxPool(x, 'pool')

const counted = (size: number) => Array.from({ length: size * size }, (_, i) => i + 1)
const mixed = (size: number) =>
  Array.from({ length: size * size }, (_, i) => (Math.floor(i / size) * 7 + (i % size) * 11) % 13)

/** Zeroes before an axis of so many pixels: TensorFlow's formula, and PyTorch's (kernel - 1) / 2. */
const before = (padding: Padding, size: number, kernel: number) =>
  padding === 'same'
    ? Math.floor(Math.max((Math.ceil(size / 2) - 1) * 2 + kernel - size, 0) / 2)
    : Math.floor((kernel - 1) / 2)

/** A window every two pixels, by hand; outside of the image there is nothing. */
function windows(
  padding: Padding,
  pixels: readonly number[],
  kernel: number,
  of: (values: (number | undefined)[]) => number,
): number[] {
  const size = Math.sqrt(pixels.length)
  const to = Math.ceil(size / 2)
  const first = before(padding, size, kernel)
  return Array.from({ length: to * to }, (_, i) => {
    const [top, left] = [2 * Math.floor(i / to) - first, 2 * (i % to) - first]
    const at = (y: number, x: number) => (y < 0 || x < 0 || y >= size || x >= size ? undefined : pixels[y * size + x])
    return of(Array.from({ length: kernel * kernel }, (_, k) => at(top + Math.floor(k / kernel), left + (k % kernel))))
  })
}

const weighted = (values: (number | undefined)[]) => values.reduce<number>((sum, x = 0, i) => sum + x * (i + 1), 0)
const largest = (values: (number | undefined)[]) => Math.max(...values.map((x = 0) => x))

describe('a step down in resolution, padded as TensorFlow does it', () => {
  // From Keras 3.15 on TensorFlow 2.21: Conv2D(1, k, strides=2, padding="same") of 1, 2, 3, ..., and MaxPooling2D(3, 2, "same").
  it.each([
    ['a convolution of 3 on 6 px', counted(6), convolve(3), [474, 564, 384, 1014, 1104, 708, 640, 682, 409]],
    [
      'a convolution of 5 on 8 px',
      counted(8),
      convolve(5),
      [4532, 6000, 6620, 3914, 8780, 11150, 11800, 6790, 13100, 16350, 17000, 9670, 5486, 6670, 6910, 3711],
    ],
    [
      'a convolution of 7 on 8 px',
      counted(8),
      convolve(7),
      [18525, 26460, 23765, 15990, 32480, 45472, 39886, 26376, 31285, 43148, 37359, 24350, 16010, 21560, 18382, 11644],
    ],
    [
      'a convolution of 3 on 7 px',
      counted(7),
      convolve(3),
      [162, 289, 367, 262, 597, 897, 987, 639, 1059, 1527, 1617, 1017, 662, 907, 949, 562],
    ],
    ['the pooling on 6 px', mixed(6), pool, [12, 12, 12, 12, 11, 11, 11, 11, 12]],
    ['the pooling on 7 px', mixed(7), pool, [11, 11, 12, 10, 12, 12, 12, 11, 9, 11, 12, 12, 9, 12, 12, 12]],
  ] as const)('%s gives what Keras gives', async (_, pixels, step, wanted) => {
    expect(await stepOn('same', pixels, step)).toEqual(wanted)
  })
})

describe.each(['symmetric', 'same'] as const)('%s padding', (padding) => {
  it.each([3, 5, 7].flatMap((kernel) => [8, 9, 10].map((size) => [kernel, size] as const)))(
    'of a window of %i on %i px follows from its formula',
    async (kernel, size) => {
      const wanted = windows(padding, counted(size), kernel, weighted)
      expect(await stepOn(padding, counted(size), convolve(kernel))).toEqual(wanted)
      expect(await stepOn(padding, counted(size), depthwise(kernel))).toEqual(wanted)
    },
  )

  it.each([8, 9])('of the pooling on %i px follows from its formula', async (size) => {
    expect(await stepOn(padding, mixed(size), pool)).toEqual(windows(padding, mixed(size), 3, largest))
  })
})

describe('a network padded as TensorFlow does it', () => {
  // One of each family, and of each kind of block.
  const some = ['resnet20', 'resnet18', 'resnet50', 'convnext-tiny', 'mobilenetv2', 'efficientnet-b0'] as const

  it.each(some)('%s adds no zeroes of its own, and has the same weights and sizes', async (architecture) => {
    const [model, plain] = await Promise.all(
      (['same', 'symmetric'] as const).map((padding) =>
        createModel(options(padding, { architecture, quantization: 'symmetric' })),
      ),
    )
    const pads = (of: typeof model) => modelCost(of!).layers.filter((layer) => layer.class === 'ZeroPadding2D').length
    expect(pads(model)).toBe(0)
    expect(pads(plain) > 0).toBe(traitsOf(architecture).padsSteps)
    expect(model!.variables).toEqual(plain!.variables)
    const shapes = (of: typeof model) =>
      modelCost(of!)
        .layers.filter((layer) => layer.class !== 'ZeroPadding2D')
        .map(({ layer, outputShape, multiplyAdds }) => [layer, outputShape, multiplyAdds])
    expect(shapes(model)).toEqual(shapes(plain))
    model!.dispose()
    plain!.dispose()
  })

  it.each([
    ['resnet18', 36],
    ['efficientnet-b0', 37],
  ] as const)('%s computes on %i px what tf.layers does', async (architecture, imageSize) => {
    const model = await createModel(options('same', { architecture, imageSize }))
    expect(await eagerDistance(tf, layersOf(model), 2)).toBeLessThan(1e-4)
  })

  it.each([36, 37])('computes in groups on %i px what tf.layers does', async (imageSize) => {
    const stack = new LayerStack(tf, options('same', { imageSize, channels: 4 }))
    const image = stack.input()
    const outputs = stack.convolution(image, { name: 'conv', filters: 6, kernel: 3, stride: 2, groups: 2 })
    expect(await eagerDistance(tf, tf.model({ inputs: image, outputs }), 2)).toBeLessThan(1e-4)
  })

  it('is the same network where nothing but a blur steps down', async () => {
    const models = await Promise.all(
      (['same', 'symmetric'] as const).map((padding) =>
        createModel(options(padding, { architecture: 'resnet20', blurPool: true })),
      ),
    )
    const [same, symmetric] = models.map((model) => modelCost(model).layers)
    expect(same).toEqual(symmetric)
    for (const model of models) model.dispose()
  })
})
