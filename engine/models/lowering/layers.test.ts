import type { layers as L, SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { blurPool2D, groupedConv2D, layerScale, stochasticDepth } from '../layers/index.ts'
import { eagerDistance, gradientError, modelOf } from './test-kit.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

type Layers = TensorFlowJs['layers']
type Body = (layers: Layers, x: SymbolicTensor) => SymbolicTensor
interface Case {
  readonly name: string
  readonly shape?: readonly number[]
  readonly body: Body
  /** It makes jumps, so that differences say nothing. */
  readonly noGradient?: true
}

const on = (layer: L.Layer, ...xs: SymbolicTensor[]) => layer.apply(xs.length === 1 ? xs[0]! : xs) as SymbolicTensor
const one = (name: string, make: (layers: Layers) => L.Layer, rest: Omit<Case, 'name' | 'body'> = {}): Case => ({
  name,
  body: (layers, x) => on(make(layers), x),
  ...rest,
})

const odd = [7, 5, 3]

const convolutions: Case[] = [
  one('Conv2D, valid', (l) => l.conv2d({ filters: 4, kernelSize: 3 })),
  one('Conv2D, same, stride 2, no bias', (l) =>
    l.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
  ),
  one('Conv2D, oblong', (l) => l.conv2d({ filters: 2, kernelSize: [1, 4], strides: [2, 1], padding: 'same' })),
  one('Conv2D of single pixels, stride 2', (l) => l.conv2d({ filters: 4, kernelSize: 1, strides: 2, useBias: false }), {
    shape: [32, 32, 6],
  }),
  one(
    'Conv2D of single pixels, other strides down than across',
    (l) => l.conv2d({ filters: 3, kernelSize: 1, strides: [3, 1], padding: 'same', useBias: false }),
    { shape: [33, 32, 7] },
  ),
  one('Conv2D with an activation', (l) => l.conv2d({ filters: 4, kernelSize: 2, activation: 'tanh' })),
  one('Conv2D, dilation 2, valid', (l) => l.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2 }), {
    shape: [9, 8, 2],
  }),
  one('Conv2D, dilation 2, same', (l) => l.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' })),
  one(
    'Conv2D, dilation 3 and 2, even kernel, same',
    (l) => l.conv2d({ filters: 3, kernelSize: [2, 4], dilationRate: [3, 2], padding: 'same' }),
    { shape: [10, 7, 2] },
  ),
  one('DepthwiseConv2D', (l) => l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })),
  one(
    'DepthwiseConv2D of single pixels, stride 2, of one channel',
    (l) => l.depthwiseConv2d({ kernelSize: 1, strides: 2, depthMultiplier: 2, useBias: false }),
    { shape: [12, 12, 1] },
  ),
  one(
    'SeparableConv2D of single pixels, stride 2',
    (l) => l.separableConv2d({ kernelSize: 1, strides: 2, filters: 4, useBias: false }),
    { shape: [12, 12, 1] },
  ),
  one('DepthwiseConv2D, same, stride 2', (l) =>
    l.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', useBias: false, activation: 'relu6' }),
  ),
  one('SeparableConv2D', (l) =>
    l.separableConv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'elu' }),
  ),
  one('ZeroPadding2D', (l) =>
    l.zeroPadding2d({
      padding: [
        [1, 0],
        [2, 3],
      ],
    }),
  ),
  one('UpSampling2D, nearest', (l) => l.upSampling2d({ size: [2, 3] })),
  one('UpSampling2D, bilinear', (l) => l.upSampling2d({ size: [2, 3], interpolation: 'bilinear' })),
]

const pools: Case[] = [
  one('MaxPooling2D', (l) => l.maxPooling2d({ poolSize: 3, strides: 2 })),
  one('MaxPooling2D, same', (l) => l.maxPooling2d({ poolSize: [2, 3], strides: [2, 1], padding: 'same' })),
  one('AveragePooling2D', (l) => l.averagePooling2d({ poolSize: 2 })),
  one('AveragePooling2D, same', (l) => l.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  {
    name: 'AveragePooling2D, same, larger than its input, then Flatten',
    body: (l, x) => on(l.flatten(), on(l.averagePooling2d({ poolSize: [9, 4], strides: [2, 1], padding: 'same' }), x)),
  },
  one('GlobalAveragePooling2D', (l) => l.globalAveragePooling2d({ dataFormat: 'channelsLast' })),
  one('GlobalMaxPooling2D', (l) => l.globalMaxPooling2d({ dataFormat: 'channelsLast' })),
]

const merging = (name: string, merge: (layers: Layers) => L.Layer): Case => ({
  name,
  body: (l, x) =>
    on(merge(l), x, on(l.conv2d({ filters: 3, kernelSize: 1 }), x), on(l.activation({ activation: 'sigmoid' }), x)),
})

const merges: Case[] = [
  merging('Add', (l) => l.add()),
  merging('Average', (l) => l.average()),
  merging('Maximum', (l) => l.maximum()),
  merging('Minimum', (l) => l.minimum()),
  merging('Multiply', (l) => l.multiply()),
  merging('Concatenate, channels', (l) => l.concatenate()),
  merging('Concatenate, rows', (l) => l.concatenate({ axis: 1 })),
]

const shapes: Case[] = [
  one('Flatten', (l) => l.flatten()),
  one('Reshape', (l) => l.reshape({ targetShape: [5, 21] })),
  one('Reshape with an open size', (l) => l.reshape({ targetShape: [-1, 7] })),
  one('Permute', (l) => l.permute({ dims: [3, 1, 2] })),
  one('Rescaling', (l) => l.rescaling({ scale: 2, offset: -0.5 })),
]

const weighted: Case[] = [
  { name: 'Dense', body: (l, x) => on(l.dense({ units: 4, activation: 'softmax' }), on(l.flatten(), x)) },
  one('Dense over the last axis', (l) => l.dense({ units: 4, useBias: false })),
  one('BatchNormalization', (l) => l.batchNormalization({ epsilon: 0.01 })),
  one('BatchNormalization, axis 3', (l) => l.batchNormalization({ axis: 3 })),
  one('BatchNormalization without scale', (l) => l.batchNormalization({ scale: false })),
  one('BatchNormalization without centre', (l) => l.batchNormalization({ center: false })),
  {
    name: 'BatchNormalization of vectors',
    body: (l, x) => on(l.batchNormalization(), on(l.globalAveragePooling2d({ dataFormat: 'channelsLast' }), x)),
  },
  one('PReLU', (l) => l.prelu()),
  one('PReLU, shared', (l) => l.prelu({ sharedAxes: [1, 2] })),
]

const names = [
  'linear',
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

/** Between -7 and 7, where every activation bends. */
const wide = (l: Layers, x: SymbolicTensor) => on(l.rescaling({ scale: 7 }), x)

const activations: Case[] = [
  ...names.map((name): Case => ({
    name,
    body: (l, x) => on(l.activation({ activation: name as 'relu' }), wide(l, x)),
  })),
  { name: 'ReLU', body: (l, x) => on(l.reLU(), wide(l, x)) },
  { name: 'ReLU up to 6', body: (l, x) => on(l.reLU({ maxValue: 6 }), wide(l, x)) },
  { name: 'ReLU up to 2.5', body: (l, x) => on(l.reLU({ maxValue: 2.5 }), wide(l, x)) },
  { name: 'LeakyReLU', body: (l, x) => on(l.leakyReLU({ alpha: 0.1 }), wide(l, x)) },
  { name: 'ELU', body: (l, x) => on(l.elu(), wide(l, x)) },
  { name: 'ThresholdedReLU', body: (l, x) => on(l.thresholdedReLU({ theta: 0.5 }), x), noGradient: true },
  { name: 'Softmax', body: (l, x) => on(l.softmax({ axis: -1 }), wide(l, x)) },
]

const small = [6, 6, 2]

function usedTwice(l: Layers, x: SymbolicTensor): SymbolicTensor {
  const shared = l.conv2d({ filters: 2, kernelSize: 3, padding: 'same' })
  return on(l.add(), on(shared, on(shared, x)), x)
}

/** Its inner layer has the name of an outer one. */
function modelInModel(l: Layers, x: SymbolicTensor): SymbolicTensor {
  const inner = modelOf(tf, small, (y) => on(l.conv2d({ name: 'c', filters: 2, kernelSize: 3, padding: 'same' }), y))
  return on(l.conv2d({ name: 'c', filters: 3, kernelSize: 1 }), on(inner, on(inner, x)))
}

function sequentialInModel(l: Layers, x: SymbolicTensor): SymbolicTensor {
  return on(
    tf.sequential({
      layers: [l.conv2d({ inputShape: small, filters: 3, kernelSize: 1 }), l.flatten(), l.dense({ units: 3 })],
    }),
    x,
  )
}

const normalised = (activation: (typeof names)[number]): Case => ({
  name: `a convolution, its batch norm and ${activation}`,
  body: (l, x) =>
    on(
      l.activation({ activation: activation as 'relu' }),
      on(l.batchNormalization({ epsilon: 0.01 }), on(l.conv2d({ filters: 3, kernelSize: 3, useBias: false }), x)),
    ),
})

const topologies: Case[] = [
  ...names.map(normalised),
  { name: 'a layer used twice', shape: small, body: usedTwice },
  { name: 'a model in a model', shape: small, body: modelInModel },
  { name: 'a sequential model in a model', shape: small, body: sequentialInModel },
  one('dropout in evaluation', (l) => l.dropout({ rate: 0.5 })),
  one('a reshape to an open size, then a layer', (l) =>
    tf.sequential({ layers: [l.reshape({ inputShape: odd, targetShape: [-1, 3] }), l.dense({ units: 2 })] }),
  ),
]

/** A mirrored border must show, and an odd size. */
const ours: Case[] = [
  {
    name: 'GroupedConv2D',
    shape: [7, 5, 6],
    body: (l, x) =>
      on(
        groupedConv2D.create(tf, { filters: 9, kernelSize: 3, strides: 1, padding: 'same', groups: 3, useBias: false }),
        x,
      ),
  },
  {
    name: 'GroupedConv2D, stride 2, oblong, bias and activation',
    shape: [9, 8, 4],
    body: (l, x) =>
      on(
        groupedConv2D.create(tf, {
          filters: 4,
          kernelSize: [3, 2],
          strides: 2,
          padding: 'valid',
          groups: 4,
          useBias: true,
          activation: 'tanh',
        }),
        x,
      ),
  },
  {
    name: 'GroupedConv2D of single pixels, stride 2',
    shape: [12, 12, 6],
    body: (l, x) =>
      on(
        groupedConv2D.create(tf, { filters: 4, kernelSize: 1, strides: 2, padding: 'same', groups: 2, useBias: false }),
        x,
      ),
  },
  { name: 'BlurPool2D', body: (l, x) => on(blurPool2D.create(tf, {}), x) },
  { name: 'BlurPool2D of even sizes', shape: [2, 4, 3], body: (l, x) => on(blurPool2D.create(tf, {}), x) },
  { name: 'StochasticDepth in evaluation', body: (l, x) => on(stochasticDepth.create(tf, { rate: 0.5 }), x) },
  { name: 'LayerScale', body: (l, x) => on(layerScale.create(tf, { initial: 0.5 }), x) },
  one('LayerNormalization', (l) => l.layerNormalization({ epsilon: 0.01 })),
  one('LayerNormalization without scale and centre', (l) =>
    l.layerNormalization({ axis: 3, scale: false, center: false, epsilon: 0.01 }),
  ),
  { name: 'LayerNormalization of vectors', body: (l, x) => on(l.layerNormalization(), on(l.flatten(), x)) },
]

const groups = { ours, convolutions, pools, merges, shapes, weighted, activations, topologies }

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    it.each(cases)('$name: the graph computes what tf.layers does', async ({ shape = odd, body }) => {
      expect(
        await eagerDistance(
          tf,
          modelOf(tf, shape, (x) => body(tf.layers, x)),
        ),
      ).toBeLessThan(1e-4)
    })

    it.each(cases.filter(({ noGradient }) => !noGradient))(
      '$name: its gradients are the slopes',
      async ({ shape = odd, body }) => {
        expect(
          await gradientError(
            tf,
            modelOf(tf, shape, (x) => body(tf.layers, x)),
            false,
          ),
        ).toBeLessThan(0.005)
      },
    )
  })
}

describe('training', () => {
  it.each(weighted)('$name: its gradients are the slopes', async ({ shape = odd, body }) => {
    expect(
      await gradientError(
        tf,
        modelOf(tf, shape, (x) => body(tf.layers, x)),
        true,
      ),
    ).toBeLessThan(0.005)
  })
})
