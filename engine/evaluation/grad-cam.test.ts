import { expect, it } from 'vitest'
import { ModelError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { declareVariables, fromLayers } from '../models/index.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { useTensorFlowBackend } from '../tensorflow/tfjs-backend/index.ts'
import { declareState } from '../training/state.ts'
import { buildGradCam } from './grad-cam.ts'

const [HEIGHT, WIDTH, CLASSES] = [4, 6, 5]
const pixels = Uint8Array.from({ length: HEIGHT * WIDTH * 3 }, (_, i) => (i * 73 + (i % 11) * 19) % 256)
const recipe = parseRecipe({ data: { mean: [100, 110, 120], std: [50, 60, 70] } })

type Backend = Awaited<ReturnType<typeof useTensorFlowBackend>>
type Symbolic = ReturnType<Backend['input']>

async function mapsOf(body: (tf: Backend, image: Symbolic) => Symbolic, classes: readonly number[]) {
  const tf = await useTensorFlowBackend()
  const image = tf.input({ shape: [HEIGHT, WIDTH, 3] })
  const kernelInitializer = tf.initializers.randomNormal({ seed: 3 })
  const dense = tf.layers.dense({ name: 'dense', units: CLASSES, kernelInitializer })
  const model = fromLayers(tf.model({ inputs: image, outputs: dense.apply(body(tf, image)) as Symbolic }))
  using g = new GraphBuilder()
  const variables = declareVariables(g, model)
  const state = declareState(g, variables, [])
  const images = g.placeholder('uint8', [1, HEIGHT, WIDTH, 3])
  const maps = buildGradCam(g, { model, variables, images, recipe })
  using session = new Session(g.graph, { gpus: false })
  await state.initialise(session, model)
  const kernel = (await dense.getWeights()[0]!.array()) as number[][]
  model.dispose()
  return { kernel, maps: await maps(session, { pixels, height: HEIGHT, width: WIDTH, channels: 3 }, classes) }
}

it('is the sum of the channels by their weights, where a mean and a dense layer follow', async () => {
  const { kernel, maps } = await mapsOf(
    (tf, image) => {
      const pooled = tf.layers.averagePooling2d({ name: 'pool', poolSize: [2, 2] }).apply(image)
      return tf.layers.globalAveragePooling2d({ name: 'mean' }).apply(pooled) as Symbolic
    },
    [0, 3],
  )
  const channel = (row: number, column: number, c: number) => {
    const at = (y: number, x: number) => (pixels[3 * (WIDTH * y + x) + c]! - recipe.data.mean[c]!) / recipe.data.std[c]!
    const [y, x] = [2 * row, 2 * column]
    return (at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1)) / 4
  }
  for (const [i, label] of [0, 3].entries()) {
    const map = maps[i]!
    expect([map.height, map.width]).toEqual([2, 3])
    const sums = Array.from({ length: 6 }, (_, place) =>
      [0, 1, 2].reduce((sum, c) => sum + kernel[c]![label]! * channel(Math.floor(place / 3), place % 3, c), 0),
    ).map((sum) => Math.max(0, sum))
    const most = Math.max(...sums)
    map.values.forEach((value, place) => expect(value).toBeCloseTo(most > 0 ? sums[place]! / most : 0, 5))
  }
  expect(Math.max(...maps.flatMap(({ values }) => [...values]))).toBe(1)
})

it('is refused for a network without a feature map', async () => {
  await expect(
    mapsOf((tf, image) => tf.layers.globalAveragePooling2d({ name: 'mean' }).apply(image) as Symbolic, [0]),
  ).rejects.toThrow(ModelError)
})
