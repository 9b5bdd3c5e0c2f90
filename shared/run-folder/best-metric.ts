import type { Recipe } from '../recipe/schema.ts'

/** The metric of validation that says which checkpoint is the best. */
export type BestMetric = Recipe['run']['bestMetric']

export type Figures = Readonly<Record<BestMetric, number>>

/** Whether an evaluation is better than another: a lower loss, or a higher share of right guesses. Equal is not better. */
export function isBetter(metric: BestMetric, figures: Figures, than: Figures): boolean {
  switch (metric) {
    case 'loss':
      return figures.loss < than.loss
    case 'top1':
    case 'top5':
      return figures[metric] > than[metric]
  }
}
