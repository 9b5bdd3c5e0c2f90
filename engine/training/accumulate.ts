import type { Variables } from '../models/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'
import type { Gradient } from './apply-optimizer.ts'
import type { StateVariable, TrainState } from './state.ts'

const accumulatorName = (variable: string) => `optimizer/sum/${variable}`

/** Sums of gradients over the batches of a step. Checkpoints are made between steps, where they mean nothing. */
export function accumulators(batches: number, variables: Variables): StateVariable[] {
  if (batches === 1) return []
  const trainable = [...variables.values()].filter((variable) => variable.trainable)
  return trainable.map(({ name, shape }) => ({
    name: accumulatorName(name),
    shape,
    dtype: 'float32',
    starts: 0,
    temporary: true,
  }))
}

export interface Accumulated {
  /** Sums over the batches of the step so far, this one included. */
  readonly sums: readonly Gradient[]
  /** Keeps them for the next batch. */
  readonly kept: readonly Operation[]
  /** bool scalar: this is the last batch of its step. Absent where a step has one batch. */
  readonly isLast?: Output | undefined
}

/** @param batch int64 scalar, the number of batches before this one since the start of the run */
export function accumulate(
  g: GraphBuilder,
  batches: number,
  state: TrainState,
  batch: Output,
  gradients: readonly Gradient[],
): Accumulated {
  if (batches === 1) return { sums: gradients, kept: [] }
  return g.withName('accumulate', () => {
    const place = g.op('FloorMod', [batch, g.constant(batches, 'int64')])
    const isAt = (index: number) => g.op('Equal', [place, g.constant(index, 'int64')])
    // What is left of the step before counts nothing in the first batch, even where it is not finite.
    const carried = g.op('SelectV2', [isAt(0), g.constant(0), g.constant(1)])
    const summed = gradients.map(({ variable, value, gradient }) => {
      const handle = state.handle(accumulatorName(variable.name))
      const before = g.op('MulNoNan', [g.op('ReadVariableOp', [handle], { dtype: 'float32' }), carried])
      return { handle, sum: { variable, value, gradient: g.op('AddV2', [before, gradient]) } }
    })
    const kept = summed.map(({ handle, sum }) =>
      g.operation('AssignVariableOp', [handle, sum.gradient], { dtype: 'float32' }),
    )
    return { sums: summed.map(({ sum }) => sum), kept, isLast: isAt(batches - 1) }
  })
}
