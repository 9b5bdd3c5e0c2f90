import type { Recipe } from '../../shared/recipe/schema.ts'
import { lowerModel, precisionMode, type FoldedNorms, type Model, type Variables } from '../models/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { normalise } from '../pipeline/index.ts'

export interface LogitsParts {
  readonly model: Model
  readonly variables: Variables
  /** uint8 [batch, height, width, channels], as the evaluation transform leaves them; the last batch may be smaller. */
  readonly images: Output
  readonly recipe: Recipe
  /** Batch norms that are part of the convolutions before them; each is computed where absent. */
  readonly folded?: FoldedNorms
}

/**
 * What the network makes of images outside training, in the recipe's precision; batch norm uses its moving statistics.
 * With `data.evaluationFlip` it is the mean for an image and its mirror image.
 * @returns float32 [batch, classes]
 */
export const buildLogits = (g: GraphBuilder, parts: LogitsParts): Output => buildOutputs(g, parts).logits

/** {@link buildLogits}, and with them what the last dense layer makes them of, where one does. */
export interface NetworkOutputs {
  readonly logits: Output
  /** float32 [batch, width] */
  readonly features?: Output
}

export function buildOutputs(
  g: GraphBuilder,
  { model, variables, images, recipe: { data, precision }, folded }: LogitsParts,
): NetworkOutputs {
  const pixels = normalise(g, images, data.mean, data.std)
  const axis = (index: number) => g.constant(index, 'int32')
  const seen = data.evaluationFlip
    ? g.op('ConcatV2', [[pixels, g.op('ReverseV2', [pixels, g.constant([2], 'int32')])], axis(0)])
    : pixels
  const meanOf = (both: Output) => {
    if (!data.evaluationFlip) return both
    const halves = g.operation('Split', [axis(0), both], { num_split: 2 })
    return g.op('Mul', [g.op('AddV2', [halves.output(0), halves.output(1)]), g.constant(0.5)])
  }
  const { output, features } = lowerModel(g, model, variables, seen, {
    training: false,
    folded,
    ...precisionMode(precision),
  })
  return { logits: meanOf(output), ...(features && { features: meanOf(asFloat32(g, features)) }) }
}

const asFloat32 = (g: GraphBuilder, value: Output): Output =>
  g.dtypeOf(value) === 'float32' ? value : g.op('Cast', [value], { DstT: 'float32' })
