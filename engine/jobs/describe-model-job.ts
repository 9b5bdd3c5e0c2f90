import type { DescribeModelRequest } from '../../shared/contract/trainer.ts'
import type { ModelDescription } from '../../shared/contract/model-cost.ts'
import { modelCost } from '../models/index.ts'
import { trainingMemory } from './training-memory.ts'
import { modelOf } from './training-session.ts'

/** What the network of a recipe is made of and costs. */
export async function describeModel({ recipe, classes }: DescribeModelRequest): Promise<ModelDescription> {
  const model = await modelOf(recipe, classes)
  try {
    const cost = modelCost(model)
    return {
      name: model.name,
      inputShape: model.inputShape,
      classes: model.classes,
      ...cost,
      memory: trainingMemory(cost, recipe),
    }
  } finally {
    model.dispose()
  }
}
