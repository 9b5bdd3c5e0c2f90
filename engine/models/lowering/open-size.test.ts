import type { layers as L, LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { ModelError } from '../../../shared/errors.ts'
import { Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { fromLayers, initialValues, type Model } from '../model.ts'
import { declareVariables } from '../variables.ts'
import { lowerModel } from './lower-model.ts'
import { distance, fetch, lower, randomise, uniform } from './test-kit.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

const on = (layer: L.Layer, ...xs: SymbolicTensor[]) => layer.apply(xs.length === 1 ? xs[0]! : xs) as SymbolicTensor

/** Everything that a network for images of any size may have before its global pooling. */
function network(size: number): LayersModel {
  const l = tf.layers
  const image = tf.input({ shape: [size, size, 3] })
  const stem = on(
    l.activation({ name: 'relu', activation: 'relu' }),
    on(
      l.batchNormalization({ name: 'bn' }),
      on(
        l.conv2d({ name: 'conv', filters: 4, kernelSize: 3, strides: 2, padding: 'valid' }),
        on(l.zeroPadding2d({ name: 'pad', padding: 1 }), image),
      ),
    ),
  )
  const branch = on(
    l.depthwiseConv2d({ name: 'depthwise', kernelSize: 3, padding: 'same', useBias: false }),
    on(l.dense({ name: 'pointwise', units: 4 }), stem),
  )
  const merged = on(l.dropout({ name: 'drop', rate: 0.5 }), on(l.add({ name: 'add' }), stem, branch))
  const pooled = on(
    l.globalAveragePooling2d({ name: 'pool', dataFormat: 'channelsLast' }),
    on(
      l.averagePooling2d({ name: 'average', poolSize: 5, strides: 2, padding: 'same' }),
      on(l.maxPooling2d({ name: 'max', poolSize: 2 }), merged),
    ),
  )
  return tf.model({ inputs: image, outputs: on(l.dense({ name: 'head', units: 2 }), pooled) })
}

const step = (g: GraphBuilder) => g.constant(0, 'int64')

/** The output of a model on an image of another size than it was made for. */
async function onSize(model: Model, pixels: Tensor): Promise<Float32Array> {
  using g = new GraphBuilder()
  const input = g.placeholder('float32', [null, null, null, 3])
  const variables = declareVariables(g, model)
  const { output } = lowerModel(g, model, variables, input, { training: false })
  expect(g.shapeOf(output)).toEqual([null, 2])
  using session = new Session(g.graph)
  for (const { name, tensor } of initialValues(model)) {
    using value = tensor
    const placeholder = g.placeholder('float32', value.shape)
    await session.run({
      feeds: [[placeholder, value]],
      targets: [g.operation('AssignVariableOp', [variables.get(name)!.handle, placeholder], { dtype: 'float32' })],
    })
  }
  const [logits] = await fetch(session, [[input, pixels]], [output])
  return logits!
}

describe('images whose size is open', () => {
  it('give what a network made for that size gives', async () => {
    const [made, other] = [fromLayers(network(16)), fromLayers(network(12))]
    for (const model of [made, other]) randomise(tf, model)
    using pixels = Tensor.from('float32', [2, 12, 12, 3], uniform(2 * 12 * 12 * 3, 3))
    const wanted = await lower(other, { training: false })
    const [logits] = await fetch(wanted.session, [[wanted.input, pixels]], [wanted.output])
    expect(distance(await onSize(made, pixels), logits!)).toBeLessThan(1e-6)
    wanted.dispose()
    made.dispose()
    other.dispose()
  })

  it('train, with gradients for every weight', () => {
    using g = new GraphBuilder()
    const model = fromLayers(network(16))
    const { output, reads } = lowerModel(
      g,
      model,
      declareVariables(g, model),
      g.placeholder('float32', [null, null, null, 3]),
      { training: true, seed: 1, step: step(g) },
    )
    expect(g.gradients(output, [...reads.values()])).not.toContain(null)
    model.dispose()
  })

  it.each([
    { name: 'Flatten', layer: () => tf.layers.flatten({ name: 'f' }) },
    { name: 'Reshape', layer: () => tf.layers.reshape({ name: 'f', targetShape: [4, -1] }) },
    { name: 'UpSampling2D', layer: () => tf.layers.upSampling2d({ name: 'f', size: [2, 2] }) },
    {
      name: 'a dilated convolution',
      layer: () => tf.layers.conv2d({ name: 'f', filters: 1, kernelSize: 3, dilationRate: 2 }),
    },
  ])('are refused by $name, which needs to know it', ({ layer }) => {
    using g = new GraphBuilder()
    const image = tf.input({ shape: [8, 8, 3] })
    const model = fromLayers(tf.model({ inputs: image, outputs: on(layer(), image) }))
    const attempt = () =>
      lowerModel(g, model, declareVariables(g, model), g.placeholder('float32', [null, null, null, 3]), {
        training: false,
      })
    expect(attempt).toThrow(ModelError)
    expect(attempt).toThrow('Layer "f"')
    expect(attempt).toThrow('data.startImageSize')
    model.dispose()
  })
})
