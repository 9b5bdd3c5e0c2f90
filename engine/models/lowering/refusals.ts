import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import type { Model } from '../model.ts'
import { declareVariables } from '../variables.ts'
import { lowerModel } from './lower-model.ts'

/** Everything in a model that cannot be lowered for training, a sentence each; empty where all can. */
export function refusalsOf(model: Model): string[] {
  using g = new GraphBuilder()
  const refusals: string[] = []
  const image = g.placeholder('float32', [null, ...model.inputShape])
  const step = g.constant(0, 'int64')
  lowerModel(g, model, declareVariables(g, model), image, {
    training: true,
    seed: 0,
    step,
    onRefusal: (message) => refusals.push(message),
  })
  return refusals
}
