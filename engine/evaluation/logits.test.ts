import { expect, it } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { declareVariables, fromLayers } from '../models/index.ts'
import { Session, Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { useTensorFlowBackend } from '../tensorflow/tfjs-backend/index.ts'
import { declareState } from '../training/state.ts'
import { buildLogits } from './logits.ts'

const [BATCH, HEIGHT, WIDTH, CLASSES] = [3, 4, 6, 5]
const pixels = Uint8Array.from({ length: BATCH * HEIGHT * WIDTH * 3 }, (_, i) => (i * 73 + (i % 11) * 19) % 256)

/** The same images, each row from right to left. */
const mirrored = pixels.map((_, i) => {
  const channel = i % 3
  const pixel = (i - channel) / 3
  const column = pixel % WIDTH
  return pixels[3 * (pixel - column + (WIDTH - 1 - column)) + channel]!
})

async function logitsOf(images: Uint8Array, evaluationFlip: boolean): Promise<number[]> {
  const tf = await useTensorFlowBackend()
  const image = tf.input({ shape: [HEIGHT, WIDTH, 3] })
  const dense = tf.layers.dense({
    name: 'dense',
    units: CLASSES,
    kernelInitializer: tf.initializers.randomNormal({ seed: 3 }),
  })
  const model = fromLayers(
    tf.model({ inputs: image, outputs: dense.apply(tf.layers.flatten({ name: 'flat' }).apply(image)) as typeof image }),
  )
  using g = new GraphBuilder()
  const variables = declareVariables(g, model)
  const state = declareState(g, variables, [])
  const recipe = parseRecipe({ data: { evaluationFlip } })
  const logits = buildLogits(g, {
    model,
    variables,
    images: g.constantTensor(Tensor.from('uint8', [BATCH, HEIGHT, WIDTH, 3], images)),
    recipe,
  })
  using session = new Session(g.graph)
  await state.initialise(session, model)
  model.dispose()
  using tensor = (await session.run({ fetches: [logits] }))[0]!
  expect(tensor.shape).toEqual([BATCH, CLASSES])
  return Array.from(tensor.data<'float32'>())
}

it('averages the logits of an image and its mirror image where the recipe says so', async () => {
  const [as, mirror, mean] = [
    await logitsOf(pixels, false),
    await logitsOf(mirrored, false),
    await logitsOf(pixels, true),
  ]
  expect(mirror).not.toEqual(as)
  mean.forEach((value, i) => expect(value).toBeCloseTo((as[i]! + mirror[i]!) / 2, 4))
})
