import type { ModelCost, TrainingMemory } from './model-cost.ts'
import type { Recipe } from '../recipe/schema.ts'

const FLOAT = 4
const HALF = 2

/** Tensors of the size of the trainable weights that each optimizer keeps. */
const slots: Readonly<Record<Recipe['optimizer']['name'], number>> = { sgd: 1, lars: 1, adamw: 2, lamb: 2 }

/** What a training step by a recipe holds in memory at least. */
export function trainingMemory(
  { weights, trainable, activations }: Pick<ModelCost, 'weights' | 'trainable' | 'activations'>,
  { optimizer, precision, data }: Pick<Recipe, 'optimizer' | 'precision' | 'data'>,
): TrainingMemory {
  const { name, accumulate, ema } = optimizer
  const kept = trainable * (slots[name] + (accumulate > 1 ? 1 : 0)) + (ema > 0 ? weights : 0)
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
