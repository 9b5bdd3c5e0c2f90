import type { LayersModel } from '@tensorflow/tfjs'
import { ModelError } from '../../shared/errors.ts'
import type { Architecture, Recipe } from '../../shared/recipe/schema.ts'
import { useTensorFlowBackend, type TensorFlowJs } from '../tensorflow/tfjs-backend/index.ts'
import { drawWeights } from './initial-weights.ts'
import { fromLayers, type Model } from './model.ts'
import { cifarResnet } from './zoo/cifar-resnet.ts'
import { resnet } from './zoo/resnet.ts'

export interface ModelOptions extends Readonly<Recipe['model']> {
  /** Height and width of the input in pixels. */
  readonly imageSize: number
  readonly channels: number
  readonly classes: number
  /** Decides the first weights. */
  readonly seed: number
}

interface ZooEntry {
  readonly build: (tf: TensorFlowJs, options: ModelOptions) => LayersModel
  /** The smallest image of which the last stage still sees a whole pixel. */
  readonly smallestImage: number
}

const large = (build: ZooEntry['build']): ZooEntry => ({ build, smallestImage: 32 })
const small = (build: ZooEntry['build']): ZooEntry => ({ build, smallestImage: 8 })

const zoo: Readonly<Record<Architecture, ZooEntry>> = {
  resnet8: small((tf, options) => cifarResnet(tf, 8, options)),
  resnet20: small((tf, options) => cifarResnet(tf, 20, options)),
  resnet56: small((tf, options) => cifarResnet(tf, 56, options)),
  resnet18: large((tf, options) => resnet(tf, 'basic', [2, 2, 2, 2], options)),
  resnet34: large((tf, options) => resnet(tf, 'basic', [3, 4, 6, 3], options)),
  resnet50: large((tf, options) => resnet(tf, 'bottleneck', [3, 4, 6, 3], options)),
  resnet101: large((tf, options) => resnet(tf, 'bottleneck', [3, 4, 23, 3], options)),
  resnet152: large((tf, options) => resnet(tf, 'bottleneck', [3, 8, 36, 3], options)),
}

/**
 * A network of the zoo with its first weights, which are a pure function of the seed.
 * Throws `ModelError` for an unknown architecture or an image too small for it.
 */
export async function createModel(options: ModelOptions): Promise<Model> {
  const { architecture, imageSize, seed } = options
  if (!Object.hasOwn(zoo, architecture)) throw new ModelError(`There is no network "${architecture}"; choose one of ${Object.keys(zoo).join(', ')}.`)
  const { build, smallestImage } = zoo[architecture]
  if (imageSize < smallestImage) throw new ModelError(`${architecture} needs images of at least ${smallestImage} px, not ${imageSize}; raise data.imageSize.`)
  const tf = await useTensorFlowBackend()
  const layers = build(tf, options)
  drawWeights(layers, seed)
  return fromLayers(layers)
}
