import type { OptimizerName } from '../../../shared/recipe/optimizers.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { adamw } from './adamw.ts'
import { lamb } from './lamb.ts'
import { lars } from './lars.ts'
import { momentumSgd } from './momentum-sgd.ts'
import type { Optimizer } from './optimizer.ts'

export type { Optimizer, TrainedVariable } from './optimizer.ts'

const optimizers: Readonly<Record<OptimizerName, (options: Recipe['optimizer']) => Optimizer>> = {
  sgd: momentumSgd,
  lars,
  adamw,
  lamb,
}

/** The optimizer that a recipe names. */
export const optimizerOf = (options: Recipe['optimizer']): Optimizer => optimizers[options.name](options)
