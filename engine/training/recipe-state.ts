import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Variables } from '../models/index.ts'
import type { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { accumulators } from './accumulate.ts'
import { optimizerVariables } from './apply-optimizer.ts'
import { lossScaleVariables } from './loss-scale.ts'
import { averagesOf, averageVariables } from './moving-average.ts'
import { declareState, type StateVariable, type TrainState } from './state.ts'

/** Declares everything that a training by a recipe changes. */
export const declareTrainState = (g: GraphBuilder, variables: Variables, recipe: Recipe): TrainState =>
  declareState(g, variables, stateVariables(recipe, variables))

function stateVariables({ optimizer, precision }: Recipe, variables: Variables): StateVariable[] {
  return [
    ...optimizerVariables(optimizer, variables),
    ...accumulators(optimizer.accumulate, variables),
    ...(averages(optimizer) ? averageVariables(variables) : []),
    ...lossScaleVariables(precision),
  ]
}

/** Whether it is the moving averages of the weights that are evaluated and exported. */
export const averages = ({ ema }: Recipe['optimizer']): boolean => ema > 0

/** The variables to evaluate with. */
export const evaluatedVariables = ({ optimizer }: Recipe, variables: Variables, state: TrainState): Variables =>
  averages(optimizer) ? averagesOf(variables, state) : variables
