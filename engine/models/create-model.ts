import type { LayersModel } from '@tensorflow/tfjs'
import { ModelError, RecipeError } from '../../shared/errors.ts'
import { architectures, networks, traitsOf } from '../../shared/recipe/architectures.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../tensorflow/tfjs-backend/index.ts'
import { buildNetwork } from './families.ts'
import type { ModelOptions } from './model-options.ts'
import { drawWeights } from './initial-weights.ts'
import { fromLayers, type Model } from './model.ts'
import { fromFile } from './file/model-file.ts'

/**
 * A network of the zoo, or that of a file, with its first weights, which are a pure function of the seed where the file
 * brings none. Throws `ModelError` for an unknown architecture, an image too small for it or a file that cannot be used,
 * `RecipeError` for more frozen stages than there are.
 */
export async function createModel(options: ModelOptions): Promise<Model> {
  const tf = await useTensorFlowBackend()
  const layers = options.file === '' ? fromZoo(tf, options) : await fromFile(tf, options)
  freezeStages(layers, options.frozenStages)
  return fromLayers(layers, options.quantization)
}

function fromZoo(tf: TensorFlowJs, options: ModelOptions): LayersModel {
  const { architecture, imageSize, seed, initialization } = options
  if (!Object.hasOwn(networks, architecture))
    throw new ModelError(`There is no network "${architecture}"; choose one of ${architectures.join(', ')}.`)
  const { smallestImage, deviation } = traitsOf(architecture)
  if (imageSize < smallestImage)
    throw new ModelError(
      `${architecture} needs images of at least ${smallestImage} px, not ${imageSize}; raise data.imageSize.`,
    )
  const layers = buildNetwork(tf, options, networks[architecture])
  drawWeights(layers, { seed, initialization, deviation })
  return layers
}

/** The first stages keep their weights; their batch norm goes by its moving statistics. */
function freezeStages(model: LayersModel, count: number): void {
  const stageOf = (name: string) => Number(/^stage(\d+)_/.exec(name)?.[1] ?? NaN)
  const stages = model.layers.reduce((most, { name }) => Math.max(most, stageOf(name) || 0), 0)
  if (count > stages)
    throw new RecipeError(`model.frozenStages must be at most ${stages}, the stages of ${model.name}, not ${count}.`)
  if (count === 0) return
  for (const layer of model.layers)
    if (layer.name.startsWith('stem_') || stageOf(layer.name) <= count) layer.trainable = false
}
