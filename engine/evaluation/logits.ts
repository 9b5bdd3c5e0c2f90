import type { Recipe } from '../../shared/recipe/schema.ts'
import { lowerModel, precisionMode, type Model, type Variables } from '../models/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { normalise } from '../pipeline/index.ts'

export interface LogitsParts {
  readonly model: Model
  readonly variables: Variables
  /** uint8 [batch, height, width, channels], as the evaluation transform leaves them; the last batch may be smaller. */
  readonly images: Output
  readonly recipe: Recipe
}

/**
 * What the network makes of images outside training, in the recipe's precision; batch norm uses its moving statistics.
 * With `data.evaluationFlip` it is the mean for an image and its mirror image.
 * @returns float32 [batch, classes]
 */
export function buildLogits(
  g: GraphBuilder,
  { model, variables, images, recipe: { data, precision } }: LogitsParts,
): Output {
  const pixels = normalise(g, images, data.mean, data.std)
  const logitsOf = (batch: Output) =>
    lowerModel(g, model, variables, batch, { training: false, ...precisionMode(precision) }).output
  if (!data.evaluationFlip) return logitsOf(pixels)
  const axis = (index: number) => g.constant(index, 'int32')
  const mirrored = g.op('ReverseV2', [pixels, g.constant([2], 'int32')])
  const both = g.operation('Split', [axis(0), logitsOf(g.op('ConcatV2', [[pixels, mirrored], axis(0)]))], {
    num_split: 2,
  })
  return g.op('Mul', [g.op('AddV2', [both.output(0), both.output(1)]), g.constant(0.5)])
}
