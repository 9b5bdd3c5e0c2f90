import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Variable, Variables } from '../models/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'
import { optimizerOf } from './optimizers/index.ts'
import type { StateVariable, TrainState } from './state.ts'

/** A trainable variable, what it was read as in this step, and the gradient of the loss; float32. */
export interface Gradient {
  readonly variable: Variable
  readonly value: Output
  readonly gradient: Output
}

const UPDATES = 'optimizer/updates'
const slotName = (slot: string, variable: string) => `optimizer/${slot}/${variable}`

/** What an optimizer keeps between steps. */
export function optimizerVariables(options: Recipe['optimizer'], variables: Variables): StateVariable[] {
  const { slots, counts } = optimizerOf(options)
  const trainable = [...variables.values()].filter((variable) => variable.trainable)
  const kept = slots.flatMap((slot) =>
    trainable.map(({ name, shape }): StateVariable => ({
      name: slotName(slot, name),
      shape,
      dtype: 'float32',
      starts: 0,
    })),
  )
  return counts ? [...kept, { name: UPDATES, shape: [], dtype: 'int64', starts: 0 }] : kept
}

/** Adds one update of all variables. */
export function applyOptimizer(
  g: GraphBuilder,
  options: Recipe['optimizer'],
  state: TrainState,
  learningRate: Output,
  gradients: readonly Gradient[],
): Operation[] {
  return g.withName('optimizer', () => {
    const optimizer = optimizerOf(options)
    const trained = gradients.map(({ variable, value, gradient }) => ({
      handle: variable.handle,
      value,
      gradient,
      isKernel: variable.role === 'kernel',
      slot: (slot: string) => state.handle(slotName(slot, variable.name)),
    }))
    if (!optimizer.counts) return optimizer.update(g, { learningRate }, trained)
    const count = g.op('AddV2', [
      g.op('ReadVariableOp', [state.handle(UPDATES)], { dtype: 'int64' }),
      g.constant(1, 'int64'),
    ])
    const counted = g.operation('AssignVariableOp', [state.handle(UPDATES), count], { dtype: 'int64' })
    return [counted, ...optimizer.update(g, { learningRate, count }, trained)]
  })
}
