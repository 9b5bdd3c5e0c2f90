import { ModelError } from '../../shared/errors.ts'
import { lowerModel, precisionMode } from '../models/index.ts'
import { normalise } from '../pipeline/index.ts'
import { Tensor, type Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder } from '../tensorflow/graph/builder.ts'
import type { LogitsParts } from './logits.ts'

/** Where in an image a network sees signs of a class. */
export interface ClassMap {
  readonly height: number
  readonly width: number
  /** [height x width], from 0; the largest is 1, unless there is no sign at all. */
  readonly values: Float32Array
}

/** An image as the network sees it: uint8 [height, width, channels]. */
export interface SeenImage {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Gives the map of each class for an image. */
export type ClassMaps = (session: Session, image: SeenImage, classes: readonly number[]) => Promise<ClassMap[]>

/**
 * Adds Grad-CAM to the graph, for one image as the evaluation transform leaves it: the channels of the last feature map,
 * weighted by the mean gradient of the logit of a class with respect to each, and of their sum what is above 0
 * (Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", 2017,
 * arXiv 1610.02391).
 * @param parts `images` is a placeholder, uint8 [1, height, width, channels]
 * @throws ModelError where the network has no feature map
 */
export function buildGradCam(
  g: GraphBuilder,
  { model, variables, images, recipe: { data, precision } }: LogitsParts,
): ClassMaps {
  const label = g.placeholder('int32', [])
  const pixels = normalise(g, images, data.mean, data.std)
  const mode = { training: false, ...precisionMode(precision) }
  const { output, lastMap } = lowerModel(g, model, variables, pixels, mode)
  const logit = g.op('GatherV2', [output, label, g.constant(1, 'int32')])
  const [gradient] = lastMap ? g.gradients(logit, [lastMap]) : []
  if (!lastMap || !gradient)
    throw new ModelError(
      'This network has no feature map to look at: Grad-CAM needs a convolution before its last layer.',
    )
  const float = (value: typeof lastMap) => g.op('Cast', [value], { DstT: 'float32' })
  const weights = g.op('Mean', [float(gradient), g.constant([1, 2], 'int32')], { keep_dims: true })
  const sum = g.op('Sum', [g.op('Mul', [weights, float(lastMap)]), g.constant([0, 3], 'int32')])
  const map = g.op('Relu', [sum])
  return async (session, { pixels: bytes, height, width, channels }, classes) => {
    using image = Tensor.from('uint8', [1, height, width, channels], bytes)
    const maps: ClassMap[] = []
    for (const one of classes) {
      using chosen = Tensor.scalar('int32', one)
      const feeds = [[images, image] as const, [label, chosen] as const]
      const [fetched] = await session.run({ feeds, fetches: [map] })
      using tensor = fetched!
      maps.push(scaled(tensor.shape, tensor.data<'float32'>()))
    }
    return maps
  }
}

function scaled([height, width]: readonly number[], values: Float32Array): ClassMap {
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  return { height: height!, width: width!, values: most > 0 ? values.map((value) => value / most) : values }
}
