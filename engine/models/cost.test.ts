import type { layers as L, SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Architecture } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../tensorflow/tfjs-backend/index.ts'
import { modelCost } from './cost.ts'
import { createModel } from './create-model.ts'
import { fromLayers } from './model.ts'
import { modelOf } from './lowering/test-kit.ts'

let tf: TensorFlowJs
beforeAll(async () => {
  tf = await useTensorFlowBackend()
})

async function costOf(architecture: Architecture, rest = {}) {
  const model = await createModel({
    ...parseRecipe({}).model,
    architecture,
    imageSize: 224,
    channels: 3,
    classes: 1000,
    seed: 1,
    ...rest,
  })
  const cost = modelCost(model)
  model.dispose()
  return cost
}

describe('totals at 224 px', () => {
  // Parameters and billions of multiply-adds: torchvision.models (num_params, GFLOPS); the ResNeXts: pytorchcv.
  const published: [Architecture, number, number][] = [
    ['resnet18', 11_689_512, 1.81],
    ['resnet34', 21_797_672, 3.66],
    ['resnet50', 25_557_032, 4.09],
    ['resnet101', 44_549_160, 7.8],
    ['resnet152', 60_192_808, 11.51],
    ['resnext101-32x4d', 44_177_704, 8.0],
    ['se-resnext101-32x4d', 48_955_416, 8.01],
    ['mobilenetv2', 3_504_872, 0.3],
    ['efficientnet-b0', 5_288_548, 0.39],
    ['convnext-tiny', 28_589_128, 4.46],
  ]

  it.each(published)('of %s are the published ones', async (architecture, count, billions) => {
    const { parameters, multiplyAdds, trainable } = await costOf(architecture)
    expect(parameters).toBe(count)
    expect(trainable).toBe(parameters)
    expect(Math.abs(multiplyAdds / 1e9 - billions)).toBeLessThan(0.01 * Math.max(1, billions))
  })
})

describe('a layer', () => {
  const on = (layer: L.Layer, x: SymbolicTensor) => layer.apply(x) as SymbolicTensor

  it('has its output, its parameters and its multiply-adds by their definitions', () => {
    const shared = tf.layers.conv2d({ name: 'shared', filters: 4, kernelSize: 3, padding: 'same' })
    const model = fromLayers(
      modelOf(tf, [8, 6, 3], (x) => {
        const y = on(
          tf.layers.conv2d({
            name: 'conv',
            filters: 4,
            kernelSize: [3, 2],
            strides: 1,
            padding: 'same',
            useBias: false,
          }),
          x,
        )
        const z = on(tf.layers.batchNormalization({ name: 'bn' }), on(shared, on(shared, y)))
        const d = on(
          tf.layers.depthwiseConv2d({
            name: 'depthwise',
            kernelSize: 3,
            strides: 2,
            depthMultiplier: 2,
            padding: 'same',
          }),
          on(tf.layers.activation({ name: 'relu', activation: 'relu' }), z),
        )
        return on(tf.layers.dense({ name: 'head', units: 5 }), on(tf.layers.flatten({ name: 'flat' }), d))
      }),
    )
    const { layers, weights } = modelCost(model)
    const known = layers
      .slice(1)
      .map(({ layer, outputShape, parameters, multiplyAdds, activations }) => [
        layer,
        outputShape.join(),
        parameters,
        multiplyAdds,
        activations,
      ])
    expect(known).toEqual([
      ['conv', '8,6,4', 3 * 2 * 3 * 4, 8 * 6 * 3 * 2 * 3 * 4, 8 * 6 * 4],
      ['shared', '8,6,4', 3 * 3 * 4 * 4 + 4, 8 * 6 * 3 * 3 * 4 * 4, 8 * 6 * 4],
      ['shared', '8,6,4', 0, 8 * 6 * 3 * 3 * 4 * 4, 8 * 6 * 4],
      ['bn', '8,6,4', 8, 0, 0],
      ['relu', '8,6,4', 0, 0, 8 * 6 * 4],
      ['depthwise', '4,3,8', 3 * 3 * 8 + 8, 4 * 3 * 3 * 3 * 8, 0],
      ['flat', '96', 0, 0, 96],
      ['head', '5', 96 * 5 + 5, 96 * 5, 0],
    ])
    // The moving mean and variance beside the parameters.
    expect(weights).toBe(modelCost(model).parameters + 8)
    model.dispose()
  })
})
