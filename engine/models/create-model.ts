import type { LayersModel } from '@tensorflow/tfjs'
import { ModelError, RecipeError } from '../../shared/errors.ts'
import type { Architecture } from '../../shared/recipe/schema.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from './model-options.ts'
import { drawWeights } from './initial-weights.ts'
import { fromLayers, type Model } from './model.ts'
import { fromFile } from './file/model-file.ts'
import { cifarResnet } from './zoo/cifar-resnet.ts'
import { convnext } from './zoo/convnext.ts'
import { efficientnetB0 } from './zoo/efficientnet.ts'
import { mobilenetV2 } from './zoo/mobilenet-v2.ts'
import { resnet } from './zoo/resnet.ts'

interface ZooEntry {
  readonly build: (tf: TensorFlowJs, options: ModelOptions) => LayersModel
  /** The smallest image of which the last stage still sees a whole pixel. */
  readonly smallestImage: number
  /** Where the first weights do not follow the recipe's rule: their standard deviation. */
  readonly deviation?: number
}

const large = (build: ZooEntry['build']): ZooEntry => ({ build, smallestImage: 32 })
const small = (build: ZooEntry['build']): ZooEntry => ({ build, smallestImage: 8 })
const resnext101 = { kind: 'bottleneck', groups: 32, widening: 2 } as const

const zoo: Readonly<Record<Architecture, ZooEntry>> = {
  resnet8: small((tf, options) => cifarResnet(tf, 8, options)),
  resnet20: small((tf, options) => cifarResnet(tf, 20, options)),
  resnet56: small((tf, options) => cifarResnet(tf, 56, options)),
  resnet18: large((tf, options) => resnet(tf, { kind: 'basic' }, [2, 2, 2, 2], options)),
  resnet34: large((tf, options) => resnet(tf, { kind: 'basic' }, [3, 4, 6, 3], options)),
  resnet50: large((tf, options) => resnet(tf, { kind: 'bottleneck' }, [3, 4, 6, 3], options)),
  resnet101: large((tf, options) => resnet(tf, { kind: 'bottleneck' }, [3, 4, 23, 3], options)),
  resnet152: large((tf, options) => resnet(tf, { kind: 'bottleneck' }, [3, 8, 36, 3], options)),
  'resnext101-32x4d': large((tf, options) => resnet(tf, resnext101, [3, 4, 23, 3], options)),
  'se-resnext101-32x4d': large((tf, options) =>
    resnet(tf, { ...resnext101, excitation: true }, [3, 4, 23, 3], options),
  ),
  // Normal of deviation 0.02, as published: arXiv 2201.03545, table 5.
  'convnext-tiny': {
    ...large((tf, options) => convnext(tf, [3, 3, 9, 3], [96, 192, 384, 768], options)),
    deviation: 0.02,
  },
  mobilenetv2: large(mobilenetV2),
  'efficientnet-b0': large(efficientnetB0),
}

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
  if (!Object.hasOwn(zoo, architecture))
    throw new ModelError(`There is no network "${architecture}"; choose one of ${Object.keys(zoo).join(', ')}.`)
  const { build, smallestImage, deviation } = zoo[architecture]
  if (imageSize < smallestImage)
    throw new ModelError(
      `${architecture} needs images of at least ${smallestImage} px, not ${imageSize}; raise data.imageSize.`,
    )
  const layers = build(tf, options)
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
