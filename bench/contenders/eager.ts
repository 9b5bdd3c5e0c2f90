// The same ResNet-50 as plain tf.layers on tfjs-node-gpu's own backend and kernels, one op at a time.
import { createModel, layersOf } from '../../engine/models/index.ts'
import { useTensorFlowBackend } from '../../engine/tensorflow/tfjs-backend/index.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { timeSteps, workloadOf } from './report.ts'

const CLASSES = 1000
const { batch, size, steps } = workloadOf(process.argv)
const tf = await useTensorFlowBackend()
const model = await createModel({ ...parseRecipe({}).model, imageSize: size, channels: 3, classes: CLASSES, seed: 1 })
const layers = layersOf(model)
const optimizer = tf.train.momentum(0.001, 0.875)
const images = tf.randomNormal([batch, size, size, 3])
const labels = tf.oneHot(tf.range(0, batch, 1, 'int32'), CLASSES)

await timeSteps(
  async () => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(labels, layers.apply(images, { training: true }) as typeof images),
      true,
    )
    await loss!.data()
    loss!.dispose()
  },
  batch,
  steps,
)
