import { initializers, layers, type layers as L } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { declareVariables, fromLayers, readVariable } from '../models/index.ts'
import { Session, Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { useTensorFlowBackend } from '../tensorflow/tfjs-backend/index.ts'
import { declareState } from '../training/state.ts'
import { buildOutputs } from './logits.ts'

const [BATCH, HEIGHT, WIDTH, CLASSES] = [3, 4, 6, 5]
const pixels = Uint8Array.from({ length: BATCH * HEIGHT * WIDTH * 3 }, (_, i) => (i * 73 + (i % 11) * 19) % 256)

/** The same images, each row from right to left. */
const mirrored = pixels.map((_, i) => {
  const channel = i % 3
  const pixel = (i - channel) / 3
  const column = pixel % WIDTH
  return pixels[3 * (pixel - column + (WIDTH - 1 - column)) + channel]!
})

const random = (seed: number) => ({ kernelInitializer: initializers.randomNormal({ seed }) })
const dense = () => layers.dense({ name: 'dense', units: CLASSES, biasInitializer: 'ones', ...random(3) })

/** What a network of some layers gives for images, with the weights of its last dense layer. */
async function outputsOf(images: Uint8Array, evaluationFlip: boolean, ...stack: L.Layer[]) {
  const tf = await useTensorFlowBackend()
  const image = tf.input({ shape: [HEIGHT, WIDTH, 3] })
  const model = fromLayers(
    tf.model({ inputs: image, outputs: stack.reduce((x, layer) => layer.apply(x) as typeof image, image) }),
  )
  using g = new GraphBuilder()
  const variables = declareVariables(g, model)
  const state = declareState(g, variables, [])
  const { logits, features } = buildOutputs(g, {
    model,
    variables,
    images: g.constantTensor(Tensor.from('uint8', [BATCH, HEIGHT, WIDTH, 3], images)),
    recipe: parseRecipe({ data: { evaluationFlip } }),
  })
  const kernel = readVariable(g, variables.get('dense/kernel')!)
  using session = new Session(g.graph)
  await state.initialise(session, model)
  model.dispose()
  const fetched = await session.run({ fetches: [logits, kernel, ...(features ? [features] : [])] })
  const [logitValues, weights, featureValues] = fetched.map((tensor) => {
    using t = tensor
    return { shape: t.shape, values: [...t.data<'float32'>()] }
  })
  expect(logitValues!.shape).toEqual([BATCH, CLASSES])
  return { logits: logitValues!.values, kernel: weights!.values, features: featureValues }
}

const logitsOf = async (images: Uint8Array, evaluationFlip: boolean) =>
  (await outputsOf(images, evaluationFlip, layers.flatten(), dense())).logits

it('averages the logits of an image and its mirror image where the recipe says so', async () => {
  const [as, mirror, mean] = [
    await logitsOf(pixels, false),
    await logitsOf(mirrored, false),
    await logitsOf(pixels, true),
  ]
  expect(mirror).not.toEqual(as)
  mean.forEach((value, i) => expect(value).toBeCloseTo((as[i]! + mirror[i]!) / 2, 4))
})

it.each([false, true])('the features are what the last layer makes the logits of (mirrored too: %s)', async (flip) => {
  const stack = [
    layers.flatten(),
    layers.dense({ name: 'hidden', units: 7, activation: 'relu', ...random(5) }),
    dense(),
  ]
  const { logits, kernel, features } = await outputsOf(pixels, flip, ...stack)
  expect(features!.shape).toEqual([BATCH, 7])
  logits.forEach((logit, at) => {
    const [row, k] = [Math.floor(at / CLASSES), at % CLASSES]
    const product = features!.values
      .slice(7 * row, 7 * row + 7)
      .reduce((sum, value, i) => sum + value * kernel[CLASSES * i + k]!, 1)
    expect(logit).toBeCloseTo(product, 4)
  })
})

it('a linear activation after the last layer changes no feature, and another layer leaves none', async () => {
  const linear = await outputsOf(pixels, false, layers.flatten(), dense(), layers.activation({ activation: 'linear' }))
  expect(linear.features!.shape).toEqual([BATCH, HEIGHT * WIDTH * 3])
  const pooled = await outputsOf(pixels, false, dense(), layers.globalAveragePooling2d({}))
  expect(pooled.features).toBeUndefined()
})
