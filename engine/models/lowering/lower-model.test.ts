import type { layers as L, SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ModelError, TensorFlowError } from '../../../shared/errors.ts'
import { Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { groupedConv2D, stochasticDepth } from '../layers/index.ts'
import { fromLayers, type Model } from '../model.ts'
import { declareVariables } from '../variables.ts'
import { lowerModel } from './lower-model.ts'
import { distance, fetch, images, lower, modelOf, randomise } from './test-kit.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

const on = (layer: L.Layer, x: SymbolicTensor) => layer.apply(x) as SymbolicTensor
const model = (shape: number[], ...stack: L.Layer[]): Model =>
  fromLayers(modelOf(tf, shape, (x) => stack.reduce((y, layer) => on(layer, y), x)))

describe('batch norm in training', () => {
  const settings = { name: 'bn', momentum: 0.9, epsilon: 0.01 }

  /** By the definition, in double precision: [y, moving mean, moving variance] for values of shape [n, channels]. */
  function expected(x: Float32Array, values: ReadonlyMap<string, Float32Array>, channels: number) {
    const n = x.length / channels
    const get = (name: string, c: number) => values.get(`bn/${name}`)![c]!
    const y = new Float64Array(x.length)
    const moving = Array.from({ length: channels }, (_, c) => {
      const column = Array.from({ length: n }, (_, i) => x[i * channels + c]!)
      const mean = column.reduce((a, b) => a + b) / n
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n
      column.forEach(
        (value, i) =>
          (y[i * channels + c] =
            ((value - mean) / Math.sqrt(variance + settings.epsilon)) * get('gamma', c) + get('beta', c)),
      )
      const corrected = (variance * n) / (n - 1)
      return [0.9 * get('moving_mean', c) + 0.1 * mean, 0.9 * get('moving_variance', c) + 0.1 * corrected]
    })
    return { y, mean: moving.map(([mean]) => mean!), variance: moving.map(([, variance]) => variance!) }
  }

  const near = (actual: ArrayLike<number>, wanted: ArrayLike<number>) => {
    expect(actual.length).toBe(wanted.length)
    Array.from(wanted).forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 4))
  }

  it.each([
    { name: 'images', shape: [5, 3, 4], stack: () => [tf.layers.batchNormalization(settings)] },
    { name: 'vectors', shape: [1, 1, 4], stack: () => [tf.layers.flatten(), tf.layers.batchNormalization(settings)] },
  ])('follows the formula and moves its statistics: $name', async ({ shape, stack }) => {
    const m = model(shape, ...stack())
    randomise(tf, m)
    using pixels = images(m, 6)
    const lowered = await lower(m, { training: true })
    const { g, session, input, output, updates, values } = lowered
    const wanted = expected(pixels.data<'float32'>(), values, 4)
    const [y] = await fetch(session, [[input, pixels]], [output])
    near(y!, wanted.y)
    expect(updates).toHaveLength(2)
    for (const tensor of await session.run({ feeds: [[input, pixels]], targets: updates.map((update) => update()) }))
      tensor.dispose()
    const read = (name: string) =>
      g.op('ReadVariableOp', [g.op('VarHandleOp', [], { dtype: 'float32', shape: [4], shared_name: `bn/${name}` })], {
        dtype: 'float32',
      })
    const [mean, variance] = await fetch(session, [], [read('moving_mean'), read('moving_variance')])
    near(mean!, wanted.mean)
    near(variance!, wanted.variance)
    lowered.dispose()
    m.dispose()
  })

  it('keeps the moving statistics of a frozen layer', async () => {
    const frozen = model(
      [4, 4, 2],
      tf.layers.batchNormalization({ ...settings, trainable: false }),
      tf.layers.conv2d({ name: 'conv', filters: 1, kernelSize: 1 }),
    )
    randomise(tf, frozen)
    expect(frozen.variables.filter(({ trainable }) => trainable).map(({ name }) => name)).toEqual([
      'conv/kernel',
      'conv/bias',
    ])
    using pixels = images(frozen, 2)
    const [training, evaluation] = [await lower(frozen, { training: true }), await lower(frozen, { training: false })]
    expect(training.updates).toEqual([])
    expect([...training.reads.keys()]).toEqual(['conv/kernel', 'conv/bias'])
    const [a] = await fetch(training.session, [[training.input, pixels]], [training.output])
    const [b] = await fetch(evaluation.session, [[evaluation.input, pixels]], [evaluation.output])
    expect(a).toEqual(b)
    training.dispose()
    evaluation.dispose()
    frozen.dispose()
  })

  it('freezes the layers of a frozen model inside', async () => {
    const inner = tf.sequential({
      name: 'inner',
      layers: [tf.layers.batchNormalization({ ...settings, inputShape: [4, 4, 2] })],
    })
    inner.trainable = false
    const m = model([4, 4, 2], inner)
    expect(m.variables.map(({ name, trainable }) => [name, trainable])).toEqual(
      ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => [`inner/bn/${name}`, false]),
    )
    const lowered = await lower(m, { training: true })
    expect(lowered.updates).toEqual([])
    lowered.dispose()
    m.dispose()
  })
})

describe('dropout', () => {
  const rate = 0.3

  /** Ones through two dropout layers one after the other, or side by side. */
  async function run(stack: L.Layer[], seed: number, step: number): Promise<Float32Array> {
    const m = model([20, 20, 5], ...stack)
    using ones = Tensor.from('float32', [4, 20, 20, 5], new Float32Array(4 * 2000).fill(1))
    using position = Tensor.scalar('int64', step)
    let stepInput
    const lowered = await lower(m, (g: GraphBuilder) => ({
      training: true,
      seed,
      step: (stepInput = g.placeholder('int64', [])),
    }))
    const [y] = await fetch(
      lowered.session,
      [
        [lowered.input, ones],
        [stepInput!, position],
      ],
      [lowered.output],
    )
    lowered.dispose()
    m.dispose()
    return y!
  }

  const single = () => [tf.layers.dropout({ rate })]

  it('keeps the expected share and scales it', async () => {
    const y = await run(single(), 1, 0)
    const kept = y.filter((value) => value !== 0)
    // 8,000 draws: five standard deviations are 0.026.
    expect(Math.abs(kept.length / y.length - (1 - rate))).toBeLessThan(0.026)
    expect([...new Set(kept)]).toEqual([Math.fround(1 / (1 - rate))])
  })

  it('is a pure function of the seed and the step', async () => {
    const y = await run(single(), 1, 5)
    expect(await run(single(), 1, 5)).toEqual(y)
    for (const other of [await run(single(), 1, 6), await run(single(), 2, 5)]) {
      const both = other.filter((value, i) => value !== 0 && y[i] !== 0).length / y.length
      // Independent masks keep a value in both with probability 0.49.
      expect(Math.abs(both - (1 - rate) ** 2)).toBeLessThan(0.03)
    }
  })

  it('differs from layer to layer', async () => {
    const y = await run([...single(), ...single()], 1, 5)
    expect(Math.abs(y.filter((value) => value !== 0).length / y.length - (1 - rate) ** 2)).toBeLessThan(0.03)
  })

  it('lets gradients through what it keeps', async () => {
    const m = model([4, 4, 3], tf.layers.conv2d({ filters: 2, kernelSize: 1 }), ...single())
    let step
    const lowered = await lower(m, (g) => ({ training: true, seed: 1, step: (step = g.constant(0, 'int64')) }))
    expect(step).toBeDefined()
    const gradients = lowered.g.gradients(lowered.output, [...lowered.reads.values()])
    using pixels = images(m, 2)
    const [kernel, bias, y] = await fetch(
      lowered.session,
      [[lowered.input, pixels]],
      [...gradients.map((gradient) => gradient!), lowered.output],
    )
    expect(kernel!.some((value) => value !== 0)).toBe(true)
    // d sum / d bias counts what was kept, times the scale.
    const kept = y!.filter((value) => value !== 0).length
    expect(bias!.reduce((a, b) => a + b)).toBeCloseTo(kept / (1 - rate), 3)
    lowered.dispose()
    m.dispose()
  })

  it('asks for a seed', async () => {
    await expect(lower(model([4, 4, 1], ...single()), { training: true })).rejects.toThrow(ModelError)
  })
})

describe('stochastic depth', () => {
  const rate = 0.3

  async function run(seed: number, step: number): Promise<Float32Array> {
    const m = model([2, 2, 3], stochasticDepth.create(tf, { rate }))
    using ones = Tensor.from('float32', [2000, 2, 2, 3], new Float32Array(2000 * 12).fill(1))
    const lowered = await lower(m, (g: GraphBuilder) => ({ training: true, seed, step: g.constant(step, 'int64') }))
    const [y] = await fetch(lowered.session, [[lowered.input, ones]], [lowered.output])
    lowered.dispose()
    m.dispose()
    return y!
  }

  it('drops whole images, and scales the others', async () => {
    const y = await run(1, 0)
    const images = Array.from({ length: 2000 }, (_, i) => new Set(y.subarray(12 * i, 12 * (i + 1))))
    expect(images.every((image) => image.size === 1)).toBe(true)
    const kept = images.filter((image) => !image.has(0))
    expect(new Set(kept.flatMap((image) => [...image]))).toEqual(new Set([Math.fround(1 / (1 - rate))]))
    // 2,000 draws: five standard deviations are 0.051.
    expect(Math.abs(kept.length / 2000 - (1 - rate))).toBeLessThan(0.051)
  })

  it('is a pure function of the seed and the step', async () => {
    const y = await run(1, 5)
    expect(await run(1, 5)).toEqual(y)
    expect(await run(1, 6)).not.toEqual(y)
    expect(await run(2, 5)).not.toEqual(y)
  })
})

describe('a convolution in groups', () => {
  it('is the same in one operation and group by group', async () => {
    const outputs = async (oneDnn: string) => {
      vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', oneDnn)
      const m = model(
        [7, 7, 6],
        groupedConv2D.create(tf, { filters: 9, kernelSize: 3, strides: 2, padding: 'same', groups: 3, useBias: true }),
      )
      randomise(tf, m)
      const lowered = await lower(m, { training: true })
      const { g, session, input, output, reads } = lowered
      using pixels = images(m, 2)
      const found = await fetch(
        session,
        [[input, pixels]],
        [output, ...g.gradients(output, [...reads.values()]).map((gradient) => gradient!)],
      )
      const operations = g.graph.operations().filter(({ type }) => type === 'Conv2D').length
      lowered.dispose()
      m.dispose()
      return { found, operations }
    }
    const [whole, split] = [await outputs('1'), await outputs('0')]
    vi.unstubAllEnvs()
    expect([whole.operations, split.operations]).toEqual([1, 3])
    whole.found.forEach((values, i) => expect(distance(values, split.found[i]!)).toBeLessThan(1e-4))
  })
})

describe('what cannot be lowered', () => {
  const attempt = (...stack: L.Layer[]) => {
    using g = new GraphBuilder()
    const m = model([8, 8, 4], ...stack)
    lowerModel(g, m, declareVariables(g, m), g.placeholder('float32', [null, 8, 8, 4]), { training: false })
  }

  const cases: { what: string; layer: () => L.Layer; says: string }[] = [
    {
      what: 'an unknown layer',
      layer: () =>
        tf.layers.cropping2D({
          name: 'crop',
          cropping: [
            [1, 1],
            [1, 1],
          ],
        }),
      says: 'Layer "crop" (Cropping2D) cannot be lowered',
    },
    {
      what: 'a layer with unknown weights',
      layer: () => tf.layers.conv2dTranspose({ name: 't', filters: 1, kernelSize: 1 }),
      says: 'Layer "t" (Conv2DTranspose)',
    },
    {
      what: 'noise',
      layer: () => tf.layers.gaussianNoise({ name: 'noise', stddev: 1 }),
      says: 'Layer "noise" (GaussianNoise)',
    },
    {
      what: 'a regularizer',
      layer: () => tf.layers.conv2d({ name: 'c', filters: 1, kernelSize: 1, kernelRegularizer: 'l1l2' }),
      says: 'kernelRegularizer',
    },
    {
      what: 'a constraint',
      layer: () => tf.layers.dense({ name: 'd', units: 1, biasConstraint: 'nonNeg' }),
      says: 'biasConstraint',
    },
    {
      what: 'channels first',
      layer: () => tf.layers.maxPooling2d({ name: 'p', dataFormat: 'channelsFirst' }),
      says: 'channelsLast',
    },
    {
      what: 'another axis',
      layer: () => tf.layers.batchNormalization({ name: 'b', axis: 1 }),
      says: 'Layer "b" (BatchNormalization) has axis 1',
    },
    {
      what: 'unequal depthwise strides',
      layer: () => tf.layers.depthwiseConv2d({ name: 'd', kernelSize: 2, strides: [1, 2] }),
      says: 'strides 1 and 2',
    },
    {
      what: 'depthwise dilation',
      layer: () => tf.layers.depthwiseConv2d({ name: 'd', kernelSize: 2, dilationRate: [2, 2] }),
      says: 'dilation rate 2 and 2',
    },
    {
      what: 'a noise shape',
      layer: () => tf.layers.dropout({ name: 'd', rate: 0.5, noiseShape: [8, 8, 1] }),
      says: 'noise shape',
    },
  ]

  it.each(cases)('$what is refused by name', ({ layer, says }) => {
    expect(() => attempt(layer())).toThrow(ModelError)
    expect(() => attempt(layer())).toThrow(says)
  })

  it('a model without exactly one image is refused', () => {
    const flat = tf.input({ shape: [4] })
    expect(() => fromLayers(tf.model({ inputs: flat, outputs: on(tf.layers.dense({ units: 1 }), flat) }))).toThrow(
      ModelError,
    )
  })
})

describe('the input', () => {
  const conv = () => model([4, 4, 1], tf.layers.conv2d({ name: 'conv', filters: 2, kernelSize: 1 }))

  it('may have sizes that only the run will tell', () => {
    using g = new GraphBuilder()
    const m = conv()
    const { output } = lowerModel(g, m, declareVariables(g, m), g.placeholder('float32', null), { training: false })
    expect(g.shapeOf(output)).toEqual([null, 4, 4, 2])
    m.dispose()
  })

  it('may have another height and width than the model was made for', () => {
    using g = new GraphBuilder()
    const m = conv()
    const { output } = lowerModel(g, m, declareVariables(g, m), g.placeholder('float32', [null, 5, 6, 1]), {
      training: false,
    })
    expect(g.shapeOf(output)).toEqual([null, 5, 6, 2])
    m.dispose()
  })

  it('must not have other channels', () => {
    using g = new GraphBuilder()
    const m = conv()
    expect(() =>
      lowerModel(g, m, declareVariables(g, m), g.placeholder('float32', [null, 4, 4, 3]), { training: false }),
    ).toThrow(TensorFlowError)
    m.dispose()
  })
})

describe('names', () => {
  it('of variables do not depend on the models made before', () => {
    const names = () => {
      const m = model([4, 4, 1], tf.layers.conv2d({ name: 'conv', filters: 1, kernelSize: 1 }))
      const found = m.variables.map(({ name }) => name)
      m.dispose()
      return found
    }
    expect(names()).toEqual(['conv/kernel', 'conv/bias'])
    expect(names()).toEqual(['conv/kernel', 'conv/bias'])
  })
})
