import type { layers as L, SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { createModel } from '../create-model.ts'
import { blurPool2D, groupedConv2D, layerScale } from '../layers/index.ts'
import { fromLayers, type Model } from '../model.ts'
import { declareVariables } from '../variables.ts'
import { lowerModel } from './lower-model.ts'
import { layersInHalf, type ComputeType } from './precision.ts'
import { layerLowerings } from './registry.ts'
import { fetch, images, lower, modelOf, randomise } from './test-kit.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

/** Half the distance from 1 to the next number: IEEE 754 binary16 has 11 bits of precision, bfloat16 has 8. */
const rounding = { float16: 2 ** -11, bfloat16: 2 ** -8 } as const
const halves = ['float16', 'bfloat16'] as const

/** The Euclidean norm of the difference over that of the exact values. */
function relativeError(values: Float32Array, exact: Float32Array): number {
  const norm = (of: (i: number) => number) => Math.sqrt(exact.reduce((sum, _, i) => sum + of(i) ** 2, 0))
  return norm((i) => values[i]! - exact[i]!) / norm((i) => exact[i]!)
}

const small = (architecture: 'resnet8' | 'resnet50', imageSize: number) =>
  createModel({
    ...parseRecipe({}).model,
    architecture,
    imageSize,
    channels: 3,
    classes: 10,
    seed: 1,
    zeroInitResidual: false,
  })

/** How often each type of operation is in a graph that holds nothing but a forward pass. */
function operations(
  model: Model,
  compute: ComputeType,
  training = true,
): { types: Map<string, number>; casts: string[] } {
  using g = new GraphBuilder()
  const variables = declareVariables(g, model)
  lowerModel(g, model, variables, g.placeholder('float32', [null, ...model.inputShape]), { training, compute })
  const all = g.graph.operations()
  const types = new Map<string, number>()
  for (const { type } of all) types.set(type, (types.get(type) ?? 0) + 1)
  return { types, casts: all.filter(({ type }) => type === 'Cast').map(({ name }) => name) }
}

describe('ResNet-50 in half precision', () => {
  it.each(halves)(
    '%s: casts the image, each kernel of a convolution, and the features before the head; nothing else',
    async (compute) => {
      const model = await small('resnet50', 64)
      const { types, casts } = operations(model, compute)
      const convolutions = types.get('Conv2D')!
      expect(convolutions).toBe(53)
      expect(casts).toHaveLength(1 + convolutions + 1)
      expect(casts.filter((name) => /_conv\d?\/Cast$/.test(name))).toHaveLength(convolutions)
      expect(casts.filter((name) => !/_conv\d?\/Cast$/.test(name))).toEqual(['model/Cast', 'model/Cast_1'])
      model.dispose()
    },
  )

  it('has no cast in float32', async () => {
    const model = await small('resnet50', 64)
    expect(operations(model, 'float32').casts).toEqual([])
    model.dispose()
  })

  it.each(halves)('%s: convolves in half, and everything that is sensitive is float32', async (compute) => {
    const model = await small('resnet50', 64)
    using g = new GraphBuilder()
    const { output, reads } = lowerModel(
      g,
      model,
      declareVariables(g, model),
      g.placeholder('float32', [null, 64, 64, 3]),
      { training: true, compute },
    )
    const dtypes = (type: string, index = 0) =>
      new Set(
        g.graph
          .operations()
          .filter((op) => op.type === type)
          .map(({ pointer }) => g.dtypeOf({ oper: pointer, index })),
      )
    for (const type of ['Conv2D', 'Relu', 'AddV2', 'MaxPool', 'FusedBatchNormV3'])
      expect([type, ...dtypes(type)]).toEqual([type, compute])
    // The statistics of batch norm.
    for (const index of [1, 2]) expect([...dtypes('FusedBatchNormV3', index)]).toEqual(['float32'])
    for (const type of ['Mean', 'MatMul', 'BiasAdd', 'ReadVariableOp'])
      expect([type, ...dtypes(type)]).toEqual([type, 'float32'])
    expect(g.dtypeOf(output)).toBe('float32')
    const gradients = g.gradients(output, [...reads.values()])
    expect(new Set(gradients.map((gradient) => g.dtypeOf(gradient!)))).toEqual(new Set(['float32']))
    model.dispose()
  })
})

const on = (layer: L.Layer, ...xs: SymbolicTensor[]) => layer.apply(xs.length === 1 ? xs[0]! : xs) as SymbolicTensor

interface Case {
  readonly name: string
  readonly body: (l: TensorFlowJs['layers'], x: SymbolicTensor) => SymbolicTensor
}

const conv = (l: TensorFlowJs['layers'], x: SymbolicTensor, filters = 4) =>
  on(l.conv2d({ filters, kernelSize: 3, padding: 'same' }), x)
const after = (name: string, make: (l: TensorFlowJs['layers']) => L.Layer): Case => ({
  name,
  body: (l, x) => on(make(l), conv(l, x)),
})

const activationNames = [
  'relu',
  'relu6',
  'elu',
  'selu',
  'sigmoid',
  'hardSigmoid',
  'softmax',
  'logSoftmax',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'mish',
  'gelu',
  'gelu_new',
] as const

const cases: Case[] = [
  after('Conv2D, dilated', (l) => l.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' })),
  after('DepthwiseConv2D', (l) => l.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same' })),
  after('SeparableConv2D', (l) => l.separableConv2d({ filters: 5, kernelSize: 3, activation: 'relu' })),
  after('Dense over the last axis', (l) => l.dense({ units: 3 })),
  after('BatchNormalization', (l) => l.batchNormalization()),
  after('GroupedConv2D', () =>
    groupedConv2D.create(tf, { filters: 4, kernelSize: 3, strides: 1, padding: 'same', groups: 2, useBias: true }),
  ),
  after('BlurPool2D', () => blurPool2D.create(tf, {})),
  after('LayerScale', () => layerScale.create(tf, { initial: 0.3 })),
  after('LayerNormalization', (l) => l.layerNormalization({ axis: -1 })),
  after('MaxPooling2D', (l) => l.maxPooling2d({ poolSize: 2 })),
  after('AveragePooling2D', (l) => l.averagePooling2d({ poolSize: 2 })),
  after('AveragePooling2D, larger than its input', (l) =>
    l.averagePooling2d({ poolSize: [8, 7], strides: [1, 2], padding: 'same' }),
  ),
  after('GlobalAveragePooling2D', (l) => l.globalAveragePooling2d({ dataFormat: 'channelsLast' })),
  after('GlobalMaxPooling2D', (l) => l.globalMaxPooling2d({ dataFormat: 'channelsLast' })),
  after('ZeroPadding2D', (l) => l.zeroPadding2d({ padding: 1 })),
  after('UpSampling2D', (l) => l.upSampling2d({ size: [2, 2] })),
  after('UpSampling2D, bilinear', (l) => l.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })),
  after('Flatten', (l) => l.flatten()),
  after('Permute', (l) => l.permute({ dims: [3, 1, 2] })),
  after('Rescaling', (l) => l.rescaling({ scale: 0.5, offset: 0.25 })),
  after('LeakyReLU', (l) => l.leakyReLU({ alpha: 0.1 })),
  after('PReLU', (l) => l.prelu()),
  after('ELU', (l) => l.elu()),
  after('ReLU up to 4', (l) => l.reLU({ maxValue: 4 })),
  after('Softmax', (l) => l.softmax({ axis: -1 })),
  ...activationNames.map((name) => after(name, (l) => l.activation({ activation: name as 'relu' }))),
  ...(['add', 'average', 'maximum', 'minimum', 'multiply', 'concatenate'] as const).map((merge): Case => ({
    name: merge,
    body: (l, x) => on(l[merge](), conv(l, x), conv(l, x)),
  })),
  // One branch comes in float32.
  { name: 'a gate from pooled features', body: (l, x) => gate(l, conv(l, x)) },
  { name: 'a dense head after Flatten', body: (l, x) => on(l.dense({ units: 3 }), on(l.flatten(), conv(l, x))) },
]

function gate(l: TensorFlowJs['layers'], x: SymbolicTensor): SymbolicTensor {
  const pooled = on(
    l.reshape({ targetShape: [1, 1, 4] }),
    on(l.globalAveragePooling2d({ dataFormat: 'channelsLast' }), x),
  )
  return on(l.multiply(), x, on(l.conv2d({ filters: 4, kernelSize: 1, activation: 'sigmoid' }), pooled))
}

describe.each(halves)('%s', (compute) => {
  /** The output and the gradients of its sum of squares. */
  async function outcome(model: Model, type: ComputeType) {
    const lowered = await lower(model, { training: false, compute: type })
    const { g, session, input, output, reads } = lowered
    using pixels = images(model, 2)
    const gradients = g.gradients(g.op('Square', [output]), [input, ...reads.values()]).map((gradient) => gradient!)
    expect([output, ...gradients].map((value) => g.dtypeOf(value)).filter((dtype) => dtype !== 'float32')).toEqual([])
    const values = await fetch(session, [[input, pixels]], [output, ...gradients])
    lowered.dispose()
    return values
  }

  it.each(cases)('$name: agrees with float32, forward and backward', async ({ body }) => {
    const model = fromLayers(modelOf(tf, [6, 6, 3], (x) => body(tf.layers, x)))
    randomise(tf, model)
    const [exact, half] = [await outcome(model, 'float32'), await outcome(model, compute)]
    expect(half[0]).not.toEqual(exact[0])
    // A few layers, each rounding its inputs, its weights and its output; what lies at a bend may fall on its other side.
    exact.forEach((values, i) => expect(relativeError(half[i]!, values)).toBeLessThan(12 * rounding[compute]))
    model.dispose()
  })
})

describe('a whole network', () => {
  it.each(halves)(
    '%s: a forward pass of ResNet-50 agrees with float32',
    async (compute) => {
      const model = await small('resnet50', 64)
      using pixels = images(model, 2)
      const logits = async (type: ComputeType) => {
        const lowered = await lower(model, { training: false, compute: type })
        const [values] = await fetch(lowered.session, [[lowered.input, pixels]], [lowered.output])
        lowered.dispose()
        return values!
      }
      const [exact, half] = [await logits('float32'), await logits(compute)]
      const error = relativeError(half, exact)
      expect(error).toBeGreaterThan(0)
      // 53 convolutions, whose errors partly cancel.
      expect(error).toBeLessThan(12 * rounding[compute])
      model.dispose()
    },
    60_000,
  )
})

describe('the layers that run in half precision', () => {
  it('can all be lowered', () => {
    expect(layersInHalf.filter((name) => !layerLowerings.has(name))).toEqual([])
  })
})
