import type { ModelCost, TrainingMemory } from '../../shared/contract/model-cost.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { optimizerOf } from '../training/optimizers/index.ts'

const FLOAT = 4
const HALF = 2

/** What a training step by a recipe holds in memory at least. */
export function trainingMemory(
  { weights, trainable, activations }: Pick<ModelCost, 'weights' | 'trainable' | 'activations'>,
  { optimizer, precision, data }: Pick<Recipe, 'optimizer' | 'precision' | 'data'>,
): TrainingMemory {
  const { accumulate, ema } = optimizer
  const kept = trainable * (optimizerOf(optimizer).slots.length + (accumulate > 1 ? 1 : 0)) + (ema > 0 ? weights : 0)
  const parts = {
    weights: FLOAT * weights,
    optimizer: FLOAT * kept,
    gradients: FLOAT * trainable,
    activations: (precision.amp === 'off' ? FLOAT : HALF) * activations * data.batchSize,
  }
  return {
    ...parts,
    batchSize: data.batchSize,
    total: parts.weights + parts.optimizer + parts.gradients + parts.activations,
  }
}
