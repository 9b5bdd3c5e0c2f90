import type { layers as L, SymbolicTensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { groupedConv2D } from '../../../engine/models/layers/index.ts'
import type { ComputeType } from '../../../engine/models/lowering/precision.ts'
import { fetch, lower, modelOf, uniform } from '../../../engine/models/lowering/test-kit.ts'
import { fromLayers } from '../../../engine/models/model.ts'
import { Tensor } from '../../../engine/tensorflow/c-api/index.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../../../engine/tensorflow/tfjs-backend/index.ts'
import { isPool, windowCases, windowLayers, type WindowCase } from './cases.ts'
import { byFormula, kernelShape, outputShape } from './formula.ts'

/** Largest errors, as a share of the largest value: kernels of the CPU may add up in the type that they compute in. */
const tolerances: Readonly<Record<ComputeType, number>> = { float32: 1e-4, float16: 0.03, bfloat16: 0.1 }

function layerOf(tf: TensorFlowJs, { layer, kernel, strides, padding, filters, groups }: WindowCase): L.Layer {
  const [kernelSize, poolSize, stride]: [number, number][] = [[...kernel], [...kernel], [...strides]]
  const windows = { kernelSize: kernelSize!, strides: stride!, padding, useBias: false }
  switch (layer) {
    case 'Conv2D':
      return tf.layers.conv2d({ ...windows, filters })
    case 'DepthwiseConv2D':
      return tf.layers.depthwiseConv2d({ ...windows, depthMultiplier: filters })
    case 'GroupedConv2D':
      return groupedConv2D.create(tf, { ...windows, filters, groups })
    case 'MaxPooling2D':
      return tf.layers.maxPooling2d({ poolSize: poolSize!, strides: stride!, padding })
    case 'AveragePooling2D':
      return tf.layers.averagePooling2d({ poolSize: poolSize!, strides: stride!, padding })
  }
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
/** Numbers that half precision holds as they are. */
const numbers = (count: number, seed: number) => uniform(count, seed, -32, 32).map((value) => Math.round(value) / 32)

/** Images of which no two pixels of a channel are the same, so that each window has one largest. */
function imagesOf({ batch, size, channels }: WindowCase): Float32Array {
  const [count, images] = [product(size), new Float32Array(batch * product(size) * channels)]
  for (let i = 0; i < batch * channels; i++) {
    const order = uniform(count, i + 1)
    const ranks = Array.from(order.keys()).sort((a, b) => order[a]! - order[b]!)
    const [image, channel] = [Math.floor(i / channels), i % channels]
    ranks.forEach((pixel, rank) => (images[(image * count + pixel) * channels + channel] = (rank - count / 2) / 64))
  }
  return images
}

/** The largest of the three errors of a lowered layer, each as a share of the largest value. */
async function errorOf(tf: TensorFlowJs, case_: WindowCase, compute: ComputeType): Promise<number> {
  const arrays = {
    images: imagesOf(case_),
    kernel: isPool(case_) ? new Float32Array() : numbers(product(kernelShape(case_)), 2),
    weights: numbers(case_.batch * product(outputShape(case_)), 3),
  }
  const layer = layerOf(tf, case_)
  const shape = [...case_.size, case_.channels]
  const model = fromLayers(modelOf(tf, shape, (x) => layer.apply(x) as SymbolicTensor))
  if (!isPool(case_)) tf.tidy(() => layer.setWeights([tf.tensor(arrays.kernel, layer.weights[0]!.shape as number[])]))
  const lowered = await lower(model, { training: true, compute })
  const { g, session, input, output, reads } = lowered
  const weights = g.constant([...arrays.weights], 'float32', [case_.batch, ...outputShape(case_)])
  const gradients = g.gradients(output, [input, ...reads.values()], weights)
  using images = Tensor.from('float32', [case_.batch, ...shape], arrays.images)
  const got = await fetch(session, [[input, images]], [output, ...gradients.map((gradient) => gradient!)])
  lowered.dispose()
  model.dispose()
  const { output: right, ofImages, ofKernel } = byFormula(case_, arrays)
  const wanted = isPool(case_) ? [right, ofImages] : [right, ofImages, ofKernel]
  return Math.max(...wanted.map((values, i) => relativeError(got[i]!, values)))
}

function relativeError(got: Float32Array, wanted: Float64Array): number {
  if (got.length !== wanted.length) return Infinity
  let [worst, scale] = [0, 1]
  wanted.forEach((value, i) => {
    const error = Math.abs(value - got[i]!)
    worst = Math.max(worst, Number.isNaN(error) ? Infinity : error)
    scale = Math.max(scale, Math.abs(value))
  })
  return worst / scale
}

/** Tests of every layer with windows in every type, by cases of all sizes, each against its formula. */
export function checkWindowLayers(): void {
  let tf: TensorFlowJs
  beforeAll(async () => {
    tf = await useTensorFlowBackend()
  })
  describe.each(['float32', 'bfloat16', 'float16'] as const)('in %s', (compute) => {
    it.each(windowLayers)('%s computes its formula, forward and backward', async (layer) => {
      const wrong: string[] = []
      for (const case_ of windowCases(layer, compute === 'float32' ? 500 : 150, 11)) {
        const error = await errorOf(tf, case_, compute)
        if (!(error <= tolerances[compute])) wrong.push(`${error.toFixed(4)} off: ${JSON.stringify(case_)}`)
      }
      expect(wrong).toEqual([])
    })
  })
}
