import type { Output } from '../../../tensorflow/graph/builder.ts'
import { numberLike, optionsOf, refused, type LayerContext, type LowerLayer } from '../layer-context.ts'

function checkRanks(context: LayerContext): void {
  const ranks = new Set(context.inputShapes.map((shape) => shape.length))
  if (ranks.size > 1)
    throw refused(context, `inputs of ${[...ranks].join(' and ')} axes`, 'inputs with the same number of axes')
}

/** Merges the inputs two by two, from the left. */
const pairwise =
  (op: string): LowerLayer =>
  (context, inputs) => {
    checkRanks(context)
    return inputs.reduce((merged, next) => context.g.op(op, [merged, next]))
  }

export const add: LowerLayer = pairwise('AddV2')
export const multiply: LowerLayer = pairwise('Mul')
export const maximum: LowerLayer = pairwise('Maximum')
export const minimum: LowerLayer = pairwise('Minimum')

export const average: LowerLayer = (context, inputs): Output =>
  context.g.op('Mul', [add(context, inputs), numberLike(context.g, 1 / inputs.length, inputs[0]!)])

export const concatenate: LowerLayer = (context, inputs) => {
  const { axis } = optionsOf<{ axis: number }>(context)
  return context.g.op('ConcatV2', [[...inputs], context.g.constant(axis, 'int32')])
}
