import type { layers as L, LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { ModelError } from '../../../shared/errors.ts'
import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { Output } from '../../tensorflow/graph/builder.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { fromLayers, type Model, type Quantization } from '../model.ts'
import { RANGE_DECAY } from './rounding.ts'
import { distance, fetch, images, lower, modelOf, randomise, uniform, type Lowered } from './test-kit.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

const on = (layer: L.Layer, ...xs: SymbolicTensor[]) => layer.apply(xs.length === 1 ? xs[0]! : xs) as SymbolicTensor

/** A residual block on an image, and a head. */
function block(): LayersModel {
  const l = tf.layers
  const image = tf.input({ name: 'image', shape: [6, 6, 3] })
  const stem = on(
    l.activation({ name: 'relu', activation: 'relu' }),
    on(
      l.batchNormalization({ name: 'bn' }),
      on(l.conv2d({ name: 'stem', filters: 4, kernelSize: 3, padding: 'same' }), image),
    ),
  )
  const branch = on(
    l.batchNormalization({ name: 'branch_bn' }),
    on(l.conv2d({ name: 'branch', filters: 4, kernelSize: 3 }), on(l.zeroPadding2d({ name: 'pad', padding: 1 }), stem)),
  )
  const out = on(l.activation({ name: 'out', activation: 'relu' }), on(l.add({ name: 'add' }), branch, stem))
  const pooled = on(
    l.globalAveragePooling2d({ name: 'pool', dataFormat: 'channelsLast' }),
    on(l.maxPooling2d({ name: 'max', poolSize: 2 }), out),
  )
  return tf.model({ inputs: image, outputs: on(l.dense({ name: 'head', units: 2 }), pooled) })
}

/** y = w x for an image of one pixel and one channel. */
function single(quantization: Quantization, weight: number): Model {
  const model = fromLayers(
    modelOf(tf, [1, 1, 1], (x) => on(tf.layers.conv2d({ name: 'conv', filters: 1, kernelSize: 1, useBias: false }), x)),
    quantization,
  )
  const [variable] = [...modelWeights(model)]
  const value = tf.tensor4d([weight], [1, 1, 1, 1])
  variable!.write(value)
  value.dispose()
  return model
}

const modelWeights = (model: Model) => (model as unknown as { layers: LayersModel }).layers.weights

const column = (values: readonly number[]) =>
  Tensor.from('float32', [values.length, 1, 1, 1], Float32Array.from(values))

describe('what is rounded', () => {
  const names = (model: LayersModel) =>
    fromLayers(model, 'asymmetric')
      .variables.filter(({ role }) => role === 'rangeMin')
      .map(({ name }) => name)

  it('is what every layer takes, once, but for those fused with the layer before and those that move what was rounded', () => {
    expect(names(block()).sort()).toEqual([
      'branch_bn/output_min',
      'image/output_min',
      'out/output_min',
      'pool/output_min',
      'relu/output_min',
    ])
  })

  it('has a range for each use of a layer, and for those of a model inside', () => {
    const l = tf.layers
    const inner = tf.sequential({
      name: 'inner',
      layers: [
        l.conv2d({ name: 'a', inputShape: [4, 4, 2], filters: 2, kernelSize: 1, activation: 'relu' }),
        l.conv2d({ name: 'b', filters: 2, kernelSize: 1 }),
      ],
    })
    const model = modelOf(tf, [4, 4, 2], (x) => {
      const twice = l.conv2d({ name: 'twice', filters: 2, kernelSize: 1 })
      return on(l.conv2d({ name: 'last', filters: 1, kernelSize: 1 }), on(inner, on(twice, on(twice, x))))
    })
    const found = names(model)
    expect(found).toEqual(
      expect.arrayContaining([
        'image/output_min',
        'twice/output_min',
        'inner/a_input/output_min',
        'inner/a/output_min',
        'inner/output_min_1',
      ]),
    )
    expect(found).toHaveLength(5)
    expect(new Set(found).size).toBe(5)
  })

  it('has its ranges among the variables of the model, which a checkpoint holds', () => {
    const model = fromLayers(block(), 'symmetric')
    expect(model.variables.slice(-2)).toEqual([
      { name: expect.stringMatching(/_min$/) as string, shape: [], role: 'rangeMin', trainable: false },
      { name: expect.stringMatching(/_max$/) as string, shape: [], role: 'rangeMax', trainable: false },
    ])
    expect(fromLayers(block()).variables.filter(({ role }) => role.startsWith('range'))).toEqual([])
  })
})

describe('a training step', () => {
  async function trained(
    model: Model,
    quantizeDelay = 0,
  ): Promise<{
    lowered: Lowered
    step: (position: number, batch: Tensor) => Promise<Float32Array>
    range: () => Promise<number[]>
  }> {
    let position!: Output
    const lowered = await lower(model, (g) => ({
      training: true,
      step: (position = g.placeholder('int64', [])),
      quantizeDelay,
    }))
    const { g, session, input, output, updates } = lowered
    const done = g.group(updates.map((update) => update()))
    const handles = model.variables
      .filter(({ role }) => role.startsWith('range'))
      .map(({ name }) => g.op('VarHandleOp', [], { dtype: 'float32', shape: [], shared_name: name }))
    const reads = handles.map((handle) => g.op('ReadVariableOp', [handle], { dtype: 'float32' }))
    return {
      lowered,
      async step(count, batch) {
        using at = Tensor.scalar('int64', count)
        const [y] = await session.run({
          feeds: [
            [input, batch],
            [position, at],
          ],
          fetches: [output],
          targets: [done],
        })
        using result = y!
        return result.data<'float32'>()
      },
      range: async () => (await fetch(session, [], reads)).map(([value]) => value!),
    }
  }

  it('moves the range of the input as a bias-corrected average of the extremes of the batches', async () => {
    const model = single('asymmetric', 1)
    const { lowered, step, range } = await trained(model)
    const batches = [
      [0.5, -1, 2],
      [3, 0.1, -0.2],
      [0.25, 0.5, 1],
      [-4, 0, 0],
    ]
    const average = (extreme: (values: number[]) => number, upTo: number) => {
      const seen = batches.slice(0, upTo).map((batch) => extreme([...batch, 0]))
      const weights = seen.map((_, i) => RANGE_DECAY ** (upTo - 1 - i))
      return seen.reduce((sum, value, i) => sum + value * weights[i]!, 0) / weights.reduce((a, b) => a + b)
    }
    for (const [i, batch] of batches.entries()) {
      using pixels = column(batch)
      await step(i, pixels)
      const [min, max] = await range()
      expect(min).toBeCloseTo(
        average((values) => Math.min(...values), i + 1),
        5,
      )
      expect(max).toBeCloseTo(
        average((values) => Math.max(...values), i + 1),
        5,
      )
    }
    lowered.dispose()
    model.dispose()
  })

  it('rounds from the step of the delay on, and watches the range before', async () => {
    const model = single('asymmetric', 0.777)
    const { lowered, step, range } = await trained(model, 2)
    using pixels = column([0.1, -0.4, 1.23456])
    const exact = [0.1, -0.4, 1.23456].map((value) => Math.fround(Math.fround(0.777) * Math.fround(value)))
    for (const count of [0, 1]) expect(distance(await step(count, pixels), exact)).toBeLessThan(1e-7)
    const [min, max] = await range()
    expect(min).toBeCloseTo(-0.4, 5)
    expect(max).toBeCloseTo(1.23456, 5)
    const rounded = await step(2, pixels)
    const level = (1.23456 + 0.4) / 255
    for (const [i, value] of rounded.entries()) {
      const levels = value / 0.777 / level
      expect(Math.abs(levels - Math.round(levels))).toBeLessThan(1e-3)
      expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(0.777 * level)
    }
    expect(distance(rounded, exact)).toBeGreaterThan(1e-4)
    lowered.dispose()
    model.dispose()
  })

  it.each(['asymmetric', 'symmetric'] as const)(
    '%s: has gradients for every weight of a network, close to those without rounding',
    async (quantization) => {
      const gradientsOf = async (kind: Quantization) => {
        const model = fromLayers(block(), kind)
        randomise(tf, model)
        using pixels = images(model, 4)
        const lowered = await lower(model, (g) => ({ training: true, step: g.constant(0, 'int64') }))
        const { g, session, input, output, reads } = lowered
        const weights = g.constant([...uniform(8, 3)], 'float32', [4, 2])
        const gradients = g.gradients(output, [...reads.values()], weights)
        expect(gradients).not.toContain(null)
        const values = await fetch(
          session,
          [[input, pixels]],
          gradients.map((gradient) => gradient!),
        )
        lowered.dispose()
        model.dispose()
        return new Map([...reads.keys()].map((name, i) => [name, values[i]!]))
      }
      const [rounded, exact] = [await gradientsOf(quantization), await gradientsOf('off')]
      expect([...rounded.keys()]).toEqual([...exact.keys()])
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
      for (const name of ['head/kernel', 'branch/kernel', 'stem/kernel']) {
        const [a, b] = [rounded.get(name)!, exact.get(name)!]
        expect(a).not.toEqual(b)
        // Rounding makes ties in the maximum of a pool, so the angle is what counts.
        expect(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))).toBeGreaterThan(0.9)
      }
    },
  )

  it('asks for the step', async () => {
    await expect(lower(single('asymmetric', 1), { training: true })).rejects.toThrow(ModelError)
  })
})

describe('evaluation', () => {
  it('rounds by the ranges of the model, whatever the images', async () => {
    const model = single('asymmetric', 1)
    const lowered = await lower(model, { training: false })
    const { g, session, input, output } = lowered
    const end = (name: string, value: number) =>
      g.operation(
        'AssignVariableOp',
        [g.op('VarHandleOp', [], { dtype: 'float32', shape: [], shared_name: name }), g.constant(value)],
        { dtype: 'float32' },
      )
    const [min, max] = model.variables.filter(({ role }) => role.startsWith('range'))
    await session.run({ targets: [end(min!.name, -1), end(max!.name, 1.55)] })
    // Levels of a hundredth: from -1 to 1.55.
    using pixels = column([0.123, 0.126, -7, 9])
    const [y] = await fetch(session, [[input, pixels]], [output])
    expect(distance(y!, [0.12, 0.13, -1, 1.55])).toBeLessThan(1e-6)
    expect(lowered.updates).toEqual([])
    lowered.dispose()
    model.dispose()
  })

  it('rounds kernels to 255 levels of their own extremes', async () => {
    const model = fromLayers(
      modelOf(tf, [1, 1, 1], (x) =>
        on(tf.layers.conv2d({ name: 'conv', filters: 3, kernelSize: 1, useBias: false }), x),
      ),
      'symmetric',
    )
    const value = tf.tensor4d([1.27, 0.504, -0.318], [1, 1, 1, 3])
    modelWeights(model)[0]!.write(value)
    value.dispose()
    const lowered = await lower(model, { training: false })
    // The input's range, -6 to 6 before any step, has a level within 0.024 of 1.
    using pixels = column([1])
    const [y] = await fetch(lowered.session, [[lowered.input, pixels]], [lowered.output])
    const one = y![0]! / 1.27
    expect(Math.abs(one - 1)).toBeLessThan(0.024)
    expect(
      distance(
        y!.map((product) => product / one),
        [1.27, 0.5, -0.32],
      ),
    ).toBeLessThan(1e-5)
    lowered.dispose()
    model.dispose()
  })
})
