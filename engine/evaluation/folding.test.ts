import { initializers, layers, type layers as L, type SymbolicTensor } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { createModel, declareVariables, fromLayers, type Model } from '../models/index.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { useTensorFlowBackend } from '../tensorflow/tfjs-backend/index.ts'
import { declareState } from '../training/state.ts'
import { foldedNetwork, type Folding } from './folding.ts'

const SIZE = 32

/** From -1 to 1, the same for the same i. */
const wave = (i: number) => Math.sin(i * 12.9898 + 4) * Math.cos(i * 0.7)

/** Batch norms with values as training leaves them. */
const trained = (role: string, i: number): number | undefined =>
  ({
    gamma: 1 + 0.5 * wave(i),
    beta: 0.3 * wave(i + 1),
    bias: 0.2 * wave(i + 2),
    movingMean: 0.5 * wave(i + 3),
    movingVariance: 1 + 0.8 * wave(i + 4),
  })[role]

interface Outcome {
  readonly folding: Folding | undefined
  /** How many operations of a type there are in the folded network and the plain one together. */
  readonly count: (type: string) => number
}

async function fold(model: Model, given: PartialRecipe, valueOf = trained): Promise<Outcome> {
  const recipe = parseRecipe(given)
  using g = new GraphBuilder()
  const variables = declareVariables(g, model)
  const state = declareState(g, variables, [])
  const assigned = [...variables.values()].flatMap(({ handle, role, shape }) => {
    if (valueOf(role, 0) === undefined) return []
    const count = shape.reduce((a, b) => a * b, 1)
    const values = Array.from({ length: count }, (_, i) => valueOf(role, i)!)
    return [g.operation('AssignVariableOp', [handle, g.constant(values, 'float32', shape)], { dtype: 'float32' })]
  })
  using session = new Session(g.graph, { gpus: false })
  await state.initialise(session, model)
  await session.run({ targets: assigned })
  model.dispose()
  const folding = await foldedNetwork(g, session, { model, variables, recipe })
  const types = g.graph.operations().map(({ type }) => type)
  return { folding, count: (type) => types.filter((one) => one === type).length }
}

const zoo = (architecture: string) =>
  createModel({
    ...parseRecipe({ model: { architecture } }).model,
    ...{ imageSize: SIZE, channels: 3, classes: 10, seed: 1 },
  })

const data = { imageSize: SIZE, evaluationResize: SIZE }

it.each(['resnet20', 'resnet50', 'se-resnext101-32x4d', 'mobilenetv2', 'efficientnet-b0'])(
  'leaves no batch norm in %s, and its logits as they are',
  { timeout: 120_000 },
  async (architecture) => {
    const { folding, count } = await fold(await zoo(architecture), { data })
    expect(folding!.difference).toBeGreaterThan(0)
    expect(folding!.difference).toBeLessThan(1e-5)
    // All of them are those of the plain network.
    expect(count('FusedBatchNormV3')).toBe(folding!.folded!.norms.size)
  },
)

it('holds for scales of zero, as residual blocks begin with, and for channels that are dead', async () => {
  const odd = (role: string, i: number) => {
    const isDead = i % 4 === 0
    if (role === 'gamma' && i % 4 === 1) return 0
    if (role === 'kernel') return isDead ? 0 : 0.2 * wave(i)
    return isDead && role === 'movingMean' ? 0 : isDead && role === 'movingVariance' ? 1e-12 : trained(role, i)
  }
  const { folding } = await fold(await zoo('resnet20'), { data }, odd)
  expect(folding!.folded).toBeDefined()
  expect(folding!.difference).toBeLessThan(1e-5)
})

const kernelInitializer = initializers.randomNormal({ seed: 3 })

/** A network on our images that ends in a dense layer. */
async function network(body: (x: SymbolicTensor) => SymbolicTensor): Promise<Model> {
  const tf = await useTensorFlowBackend()
  const image = tf.input({ shape: [SIZE, SIZE, 3] })
  const pooled = layers.globalAveragePooling2d({}).apply(body(image))
  const dense = layers.dense({ units: 5, useBias: false, kernelInitializer })
  return fromLayers(tf.model({ inputs: image, outputs: dense.apply(pooled) as SymbolicTensor }))
}

const on = (x: SymbolicTensor, ...stack: L.Layer[]) => stack.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x)
const conv = (args = {}) => layers.conv2d({ filters: 4, kernelSize: 3, kernelInitializer, ...args })
const norm = (args = {}) => layers.batchNormalization(args)
const join = (...values: SymbolicTensor[]) => layers.add().apply(values) as SymbolicTensor

it.each([
  { name: 'with a bias', body: (x: SymbolicTensor) => on(x, conv(), norm()) },
  {
    name: 'over each channel by itself, twice',
    body: (x: SymbolicTensor) => {
      const depthwiseInitializer = kernelInitializer
      return on(x, layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, depthwiseInitializer }), norm())
    },
  },
  {
    name: 'over each channel, then over all',
    body: (x: SymbolicTensor) => on(x, layers.separableConv2d({ filters: 4, kernelSize: 3 }), norm()),
  },
  {
    name: 'before a norm without scale and centre',
    body: (x: SymbolicTensor) => on(x, conv({ useBias: false }), norm({ scale: false, center: false })),
  },
])('folds into a convolution $name', async ({ body }) => {
  const { folding } = await fold(await network(body), { data })
  expect(folding!.folded!.norms.size).toBe(1)
  expect(folding!.difference).toBeLessThan(1e-5)
})

it.each([
  { name: 'an activation between', body: (x: SymbolicTensor) => on(x, conv({ activation: 'relu' }), norm()) },
  { name: 'a norm before its convolution', body: (x: SymbolicTensor) => on(x, norm(), conv()) },
  {
    name: 'a convolution that something else sees too',
    body: (x: SymbolicTensor) => {
      const seen = on(x, conv())
      return join(seen, on(seen, norm()))
    },
  },
  {
    name: 'a convolution that is called twice',
    body: (x: SymbolicTensor) => {
      const shared = conv({ filters: 3, padding: 'same' })
      const first = on(x, shared, norm())
      return on(first, shared)
    },
  },
])('lets be: $name', async ({ body }) => {
  expect((await fold(await network(body), { data })).folding).toBeUndefined()
})

it('takes the network as it is where folding changes its logits, and tells how much', async () => {
  // The bias swallows digits, which the norm, whose mean is as large, does not bring back; folded, both are gone.
  const lossy = (role: string) => ({ bias: 1e4, movingMean: 1e4, movingVariance: 1 })[role]
  const { folding } = await fold(await network((x) => on(x, conv(), norm())), { data }, lossy)
  expect(folding!.folded).toBeUndefined()
  expect(folding!.difference).toBeGreaterThan(1e-5)
})

it('takes the network as it is where that gives no numbers', async () => {
  const none = (role: string) => (role === 'beta' ? NaN : undefined)
  const { folding } = await fold(await network((x) => on(x, conv(), norm())), { data }, none)
  expect(folding).toEqual({ difference: NaN })
})

it('is not tried of a network that is computed in half precision, or rounded', async () => {
  expect((await fold(await zoo('resnet20'), { data, precision: { amp: 'bf16' } })).folding).toBeUndefined()
  const rounded = await createModel({
    ...parseRecipe({ model: { architecture: 'resnet20' } }).model,
    ...{ imageSize: SIZE, channels: 3, classes: 10, seed: 1, quantization: 'symmetric' as const },
  })
  expect((await fold(rounded, { data, precision: { quantize: 'symmetric' } })).folding).toBeUndefined()
})
