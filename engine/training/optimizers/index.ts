import type { Recipe } from '../../../shared/recipe/schema.ts'
import { adamw } from './adamw.ts'
import { lamb } from './lamb.ts'
import { lars } from './lars.ts'
import { momentumSgd } from './momentum-sgd.ts'
import type { Optimizer } from './optimizer.ts'

export type { Optimizer, TrainedVariable } from './optimizer.ts'

/** The optimizer that a recipe names. */
export function optimizerOf(options: Recipe['optimizer']): Optimizer {
  switch (options.name) {
    case 'sgd':
      return momentumSgd(options)
    case 'lars':
      return lars(options)
    case 'adamw':
      return adamw(options)
    case 'lamb':
      return lamb(options)
  }
}
