import { beforeAll, describe, expect, it } from 'vitest'
import { ModelError } from '../../shared/errors.ts'
import { architectures, type Architecture } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { elementCount, liveObjects } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../tensorflow/tfjs-backend/index.ts'
import { type ModelOptions } from './model-options.ts'
import { createModel } from './create-model.ts'
import { eagerDistance } from './lowering/test-kit.ts'
import { lowerModel } from './lowering/lower-model.ts'
import { initialValues, layersOf, type Model } from './model.ts'
import { declareVariables } from './variables.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

const options = (architecture: Architecture, rest: Partial<ModelOptions> = {}): ModelOptions => ({
  ...parseRecipe({}).model,
  architecture,
  imageSize: 32,
  channels: 3,
  classes: 10,
  seed: 1,
  ...rest,
})

const parameters = ({ variables }: Model) =>
  variables.filter(({ trainable }) => trainable).reduce((sum, { shape }) => sum + elementCount(shape), 0)

function values(model: Model): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>()
  for (const { name, tensor } of initialValues(model)) {
    using t = tensor
    found.set(name, t.data<'float32'>())
  }
  return found
}

/** Those of the large networks are tested with their cost. */
describe('parameters', () => {
  /** He et al. section 4.2 with projections: convolutions k k in out, a scale and an offset for each of their channels, the head. */
  function cifarParameters(depth: number, channels: number, classes: number): number {
    const n = (depth - 2) / 6
    const conv = (kernel: number, from: number, to: number) => kernel ** 2 * from * to + 2 * to
    const stage = (from: number, to: number) =>
      conv(3, from, to) + (2 * n - 1) * conv(3, to, to) + (from === to ? 0 : conv(1, from, to))
    return conv(3, channels, 16) + stage(16, 16) + stage(16, 32) + stage(32, 64) + 65 * classes
  }

  it.each([
    ['resnet8', 8, 3],
    ['resnet20', 20, 3],
    ['resnet56', 56, 1],
  ] as const)('of %s follow from its definition', async (architecture, depth, channels) => {
    const model = await createModel(options(architecture, { channels, classes: 7 }))
    expect(parameters(model)).toBe(cifarParameters(depth, channels, 7))
    model.dispose()
  })

  it('of the paper’s small networks have its size', () => {
    expect(cifarParameters(20, 3, 10) / 1e6).toBeCloseTo(0.27, 2)
    expect(cifarParameters(56, 3, 10) / 1e6).toBeCloseTo(0.85, 1)
  })
})

describe('structure', () => {
  /** What the published ResNets make of 224 px: 112 after the stem, 56 after its pool, then 56, 28, 14, 7. */
  it('has the published sizes, with the stride of a bottleneck in its 3 x 3 convolution', async () => {
    const model = await createModel(options('resnet50', { imageSize: 224, classes: 1000 }))
    const size = (name: string) => (layersOf(model).getLayer(name).outputShape as number[]).slice(1)
    expect(size('stem_conv')).toEqual([112, 112, 64])
    expect(size('stem_pool')).toEqual([56, 56, 64])
    expect([1, 2, 3, 4].map((stage) => size(`stage${stage}_block1_out`))).toEqual([
      [56, 56, 256],
      [28, 28, 512],
      [14, 14, 1024],
      [7, 7, 2048],
    ])
    expect(size('stage2_block1_conv1')).toEqual([56, 56, 128])
    expect(size('stage2_block1_conv2')).toEqual([28, 28, 128])
    const { activation } = layersOf(model).getLayer('head').getConfig()
    expect(activation).toBe('linear')
    model.dispose()
  })
})

describe('first weights', () => {
  const draw = async (rest: Partial<ModelOptions>) => {
    const model = await createModel(options('resnet18', rest))
    const found = values(model)
    model.dispose()
    return found
  }

  it('are a pure function of the seed', async () => {
    const small = { architecture: 'resnet8', seed: 2 ** 40 } as const
    const first = await draw(small)
    expect(await draw(small)).toEqual(first)
    const other = await draw({ ...small, seed: 2 ** 40 + 1 })
    expect(other.get('stem_conv/kernel')).not.toEqual(first.get('stem_conv/kernel'))
    // Layers of the same shape differ too.
    expect(first.get('stage1_block1_conv1/kernel')).not.toEqual(first.get('stage1_block1_conv2/kernel'))
  })

  it('have the spread of their formulas', async () => {
    const weights = await draw({ classes: 100 })
    const kernel = weights.get('stage3_block1_conv1/kernel')!
    const mean = kernel.reduce((a, b) => a + b) / kernel.length
    const deviation = Math.sqrt(kernel.reduce((sum, w) => sum + (w - mean) ** 2, 0) / kernel.length)
    const wanted = Math.sqrt(2 / (3 * 3 * 256))
    expect(deviation / wanted).toBeCloseTo(1, 2)
    // 294,912 draws: five standard deviations of their mean are 0.0092.
    expect(Math.abs(mean / wanted)).toBeLessThan(0.0092)
    const cut = kernel.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
    expect(cut / wanted).toBeCloseTo(2 / 0.8796, 2)
    const head = weights.get('head/kernel')!
    const bound = 1 / Math.sqrt(512)
    expect(Math.max(...head)).toBeLessThanOrEqual(bound)
    expect(Math.max(...head)).toBeGreaterThan(0.99 * bound)
    expect(Math.min(...head)).toBeLessThan(-0.99 * bound)
    expect(Math.max(...weights.get('head/bias')!)).toBeLessThanOrEqual(bound)
    expect(new Set(weights.get('head/bias')).size).toBe(100)
  })

  it.each([
    [true, 0],
    [false, 1],
  ] as const)('close residual blocks where the recipe says so (%s)', async (zeroInitResidual, gamma) => {
    const weights = await draw({ zeroInitResidual })
    expect(new Set(weights.get('stage1_block1_bn2/gamma'))).toEqual(new Set([gamma]))
    expect(new Set(weights.get('stage1_block1_bn1/gamma'))).toEqual(new Set([1]))
    expect(new Set(weights.get('stem_bn/moving_variance'))).toEqual(new Set([1]))
  })
})

function checkGradients(model: Model): void {
  using g = new GraphBuilder()
  const image = g.placeholder('float32', [null, ...model.inputShape])
  const lowered = lowerModel(g, model, declareVariables(g, model), image, { training: true })
  const { output, features, reads, updates } = lowered
  expect(g.shapeOf(output)).toEqual([null, 10])
  expect([...reads.keys()]).toEqual(model.variables.filter(({ trainable }) => trainable).map(({ name }) => name))
  expect(g.gradients(output, [...reads.values()]).every(Boolean)).toBe(true)
  expect(updates).toHaveLength(model.variables.filter(({ trainable }) => !trainable).length)
  const [width] = model.variables.find(({ name }) => name === 'head/kernel')!.shape
  expect(g.shapeOf(features!)!.at(-1)).toBe(width)
}

describe('lowering', () => {
  it.each(architectures)(
    '%s computes what tf.layers does, and has a gradient for every trainable variable',
    async (architecture) => {
      // An odd size, where wrong padding would show.
      const model = await createModel(options(architecture, { imageSize: 37 }))
      checkGradients(model)
      expect(await eagerDistance(tf, layersOf(model), 2)).toBeLessThan(1e-4)
    },
  )
})

describe('options', () => {
  const count = (model: Model, name: string) =>
    layersOf(model).layers.filter((layer) => layer.getClassName() === name).length

  it.each([
    ['resnet50', 7],
    ['resnet20', 4],
  ] as const)('BlurPool in %s blurs every step down, and changes no shape', async (architecture, blurs) => {
    const [model, plain] = [
      await createModel(options(architecture, { imageSize: 37, blurPool: true })),
      await createModel(options(architecture, { imageSize: 37 })),
    ]
    expect(count(model, 'BlurPool2D')).toBe(blurs)
    expect(model.variables).toEqual(plain.variables)
    const shape = (of: Model, layer: string) => layersOf(of).getLayer(layer).outputShape
    for (const stage of [1, 2, 3])
      expect(shape(model, `stage${stage}_block1_out`)).toEqual(shape(plain, `stage${stage}_block1_out`))
    const strided = layersOf(model).layers.filter(
      (layer) =>
        layer.getClassName() === 'Conv2D' && (layer.getConfig()['strides'] as number[]).some((stride) => stride > 1),
    )
    expect(strided.map(({ name }) => name)).toEqual(architecture === 'resnet20' ? [] : ['stem_conv'])
    checkGradients(model)
    expect(await eagerDistance(tf, layersOf(model), 2)).toBeLessThan(1e-4)
    plain.dispose()
  })

  it.each(['resnet18', 'convnext-tiny', 'mobilenetv2', 'efficientnet-b0'] as const)(
    'stochastic depth in %s rises from nothing to the recipe’s',
    async (architecture) => {
      const model = await createModel(options(architecture, { stochasticDepth: 0.3 }))
      const rates = layersOf(model)
        .layers.filter((layer) => layer.getClassName() === 'StochasticDepth')
        .map((layer) => layer.getConfig()['rate'] as number)
      expect(rates.length).toBeGreaterThan(5)
      expect(rates).toEqual([...rates].sort((a, b) => a - b))
      expect(rates[0]).toBeGreaterThan(0)
      // The last block of a mobile network changes its channels, and cannot be skipped.
      const blocks = { resnet18: 8, 'convnext-tiny': 18, mobilenetv2: 17, 'efficientnet-b0': 16 }[architecture]
      const last = /^(mob|eff)/.test(architecture) ? blocks - 2 : blocks - 1
      expect(rates.at(-1)).toBeCloseTo((0.3 * last) / (blocks - 1), 10)
      model.dispose()
    },
  )

  it.each(['resnet8', 'convnext-tiny', 'mobilenetv2'] as const)(
    'dropout in %s comes before the classifier',
    async (architecture) => {
      const model = await createModel(options(architecture, { dropout: 0.4 }))
      const [before, head] = layersOf(model).layers.slice(-2)
      expect([before!.getConfig()['rate'], head!.name]).toEqual([0.4, 'head'])
      model.dispose()
    },
  )

  it('freezes the stem and the first stages', async () => {
    const model = await createModel(options('resnet18', { frozenStages: 2 }))
    const trained = new Set(model.variables.filter(({ trainable }) => trainable).map(({ name }) => name.split('_')[0]))
    expect(trained).toEqual(new Set(['stage3', 'stage4', 'head/kernel', 'head/bias']))
    using g = new GraphBuilder()
    const lowered = lowerModel(g, model, declareVariables(g, model), g.placeholder('float32', [null, 32, 32, 3]), {
      training: true,
    })
    expect([...lowered.reads.keys()].some((name) => /^(stem|stage[12])/.test(name))).toBe(false)
    // Two statistics of 5 norms in each of the last two stages move, no other.
    expect(lowered.updates).toHaveLength(2 * 2 * 5)
    model.dispose()
    await expect(createModel(options('resnet18', { frozenStages: 5 }))).rejects.toThrow('must be at most 4')
  })

  it.each([
    ['fan_in', 3 * 3 * 128],
    ['fan_out', 3 * 3 * 256],
  ] as const)('draws by the %s', async (initialization, fan) => {
    const model = await createModel(options('resnet18', { initialization }))
    const kernel = values(model).get('stage3_block1_conv1/kernel')!
    expect(Math.sqrt(kernel.reduce((sum, w) => sum + w ** 2, 0) / kernel.length) / Math.sqrt(2 / fan)).toBeCloseTo(1, 2)
    model.dispose()
  })

  it('draws ConvNeXt as published, with every bias zero', async () => {
    const model = await createModel(options('convnext-tiny'))
    const found = values(model)
    for (const name of ['stage4_block1_depthwise/depthwise_kernel', 'stage4_block1_expand/kernel']) {
      const kernel = found.get(name)!
      expect(Math.sqrt(kernel.reduce((sum, w) => sum + w ** 2, 0) / kernel.length)).toBeCloseTo(0.02, 3)
    }
    for (const [name, value] of found) if (name.endsWith('/bias')) expect(value.every((bias) => bias === 0)).toBe(true)
    expect(new Set(found.get('stage1_block1_scale/gamma'))).toEqual(new Set([Math.fround(1e-6)]))
    model.dispose()
  })
})

describe('createModel', () => {
  it('refuses an unknown network and an image too small', async () => {
    await expect(createModel(options('resnet7' as Architecture))).rejects.toThrow(ModelError)
    await expect(createModel(options('resnet50', { imageSize: 31 }))).rejects.toThrow('at least 32 px')
    await expect(createModel(options('resnet8', { imageSize: 7 }))).rejects.toThrow(ModelError)
  })

  it('leaves nothing behind', async () => {
    const counts = () => [tf.memory().numTensors, liveObjects('Tensor'), liveObjects('TensorHandle')]
    const before = counts()
    const model = await createModel(options('resnet8'))
    values(model)
    model.dispose()
    expect(counts()).toEqual(before)
  })
})
