import type { Recipe } from '../../shared/recipe/schema.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'
import type { StateVariable, TrainState } from './state.ts'

const SCALE = 'optimizer/loss_scale'
const GOOD_STEPS = 'optimizer/good_steps'
/** Twice this is no float32. */
const LARGEST = 2 ** 127

/** Keeps small gradients from vanishing in half precision: the loss is multiplied by a scale, and its gradients divided by it. */
export interface LossScaling {
  /** float32 scalar, as it is in this step. */
  readonly scale: Output
  /** Adds what sets the scale of the next step, given whether the gradients were finite (bool scalar). */
  adapt(finite: Output): Operation[]
}

type Precision = Recipe['precision']

/** Only fp16 needs it: bf16 has the exponents of float32. */
export const scalesLoss = ({ amp }: Precision): boolean => amp === 'fp16'

export function lossScaleVariables(precision: Precision): StateVariable[] {
  if (!scalesLoss(precision) || precision.lossScale > 0) return []
  return [
    { name: SCALE, shape: [], dtype: 'float32', starts: precision.initialLossScale },
    { name: GOOD_STEPS, shape: [], dtype: 'int64', starts: 0 },
  ]
}

export function lossScaling(
  g: GraphBuilder,
  precision: Precision,
  state: Pick<TrainState, 'handle'>,
): LossScaling | undefined {
  if (!scalesLoss(precision)) return undefined
  if (precision.lossScale > 0) return { scale: g.constant(precision.lossScale), adapt: () => [] }
  const scale = g.op('ReadVariableOp', [state.handle(SCALE)], { dtype: 'float32' })
  return { scale, adapt: (finite) => adapt(g, precision.lossScaleGrowth, state, scale, finite) }
}

/**
 * After `growth` good steps in a row the scale is doubled; after a bad one it is halved, though not below 1
 * (Micikevicius et al. 2017, arXiv 1710.03740, section 3.2; the factors are those of TensorFlow's LossScaleOptimizer).
 */
function adapt(
  g: GraphBuilder,
  growth: number,
  state: Pick<TrainState, 'handle'>,
  scale: Output,
  finite: Output,
): Operation[] {
  const whole = (value: number) => g.constant(value, 'int64')
  const good = g.op('AddV2', [g.op('ReadVariableOp', [state.handle(GOOD_STEPS)], { dtype: 'int64' }), whole(1)])
  const grows = g.op('LogicalAnd', [finite, g.op('GreaterEqual', [good, whole(growth)])])
  const starts = g.op('LogicalOr', [grows, g.op('LogicalNot', [finite])])
  const doubled = g.op('Minimum', [g.op('Mul', [scale, g.constant(2)]), g.constant(LARGEST)])
  const halved = g.op('Maximum', [g.op('Mul', [scale, g.constant(0.5)]), g.constant(1)])
  const next = g.op('SelectV2', [grows, doubled, g.op('SelectV2', [finite, scale, halved])])
  return [
    g.operation('AssignVariableOp', [state.handle(SCALE), next], { dtype: 'float32' }),
    g.operation('AssignVariableOp', [state.handle(GOOD_STEPS), g.op('SelectV2', [starts, whole(0), good])], {
      dtype: 'int64',
    }),
  ]
}
