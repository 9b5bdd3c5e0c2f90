import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Variables } from '../models/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'
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

/**
 * average <- d average + (1 - d) w (Polyak & Juditsky 1992, with an exponential mean), as the variables are when it
 * runs. d is the decay; with a warm-up it is min(decay, (1 + t) / (10 + t)) in the optimizer step t, counted from 0, as
 * in TensorFlow's ExponentialMovingAverage with num_updates.
 * @param batch int64 scalar, the batches before this one since the start of the run
 */
export function updateAverages(
  g: GraphBuilder,
  variables: Variables,
  state: TrainState,
  { ema, emaWarmup, accumulate }: Recipe['optimizer'],
  batch: Output,
): Operation[] {
  const usual = g.constant(1 - ema)
  const share = emaWarmup ? g.op('Maximum', [usual, firstShare(g, accumulate, batch)]) : usual
  return [...averagesOf(variables, state).values()].map(({ name, handle }) => {
    const [average, value] = [handle, variables.get(name)!.handle].map((resource) =>
      g.op('ReadVariableOp', [resource], { dtype: 'float32' }),
    )
    return g.operation('ResourceApplyGradientDescent', [handle, share, g.op('Sub', [average!, value!])], {
      use_locking: true,
    })
  })
}

/** 1 - (1 + t) / (10 + t) = 9 / (10 + t). */
function firstShare(g: GraphBuilder, accumulate: number, batch: Output): Output {
  const step = g.op('FloorDiv', [batch, g.constant(accumulate, 'int64')])
  return g.op('Div', [g.constant(9), g.op('AddV2', [g.constant(10), g.op('Cast', [step], { DstT: 'float32' })])])
}
