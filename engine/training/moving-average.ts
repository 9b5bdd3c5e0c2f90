import type { Variables } from '../models/index.ts'
import type { GraphBuilder, Operation } from '../tensorflow/graph/builder.ts'
import { averageName, type StateVariable, type TrainState } from './state.ts'

/** A moving average of every variable of the model: the statistics of batch norm go with the weights they belong to. */
export const averageVariables = (variables: Variables): StateVariable[] =>
  [...variables.values()].map(({ name, shape }) => ({ name: averageName(name), shape, dtype: 'float32', starts: name }))

/** The averages in place of the variables, for a pass of the model. */
export const averagesOf = (variables: Variables, state: TrainState): Variables =>
  new Map(
    [...variables.values()].map((variable) => [
      variable.name,
      { ...variable, handle: state.handle(averageName(variable.name)) },
    ]),
  )

/** average <- decay average + (1 - decay) w (Polyak & Juditsky 1992, with an exponential mean), as the variables are when it runs. */
export function updateAverages(g: GraphBuilder, variables: Variables, state: TrainState, decay: number): Operation[] {
  const share = g.constant(1 - decay)
  return [...averagesOf(variables, state).values()].map(({ name, handle }) => {
    const [average, value] = [handle, variables.get(name)!.handle].map((resource) =>
      g.op('ReadVariableOp', [resource], { dtype: 'float32' }),
    )
    return g.operation('ResourceApplyGradientDescent', [handle, share, g.op('Sub', [average!, value!])], {
      use_locking: true,
    })
  })
}
