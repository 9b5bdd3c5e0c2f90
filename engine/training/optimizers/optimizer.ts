import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'

/** A trainable variable in a step. */
export interface TrainedVariable {
  /** Resource handle of the variable. */
  readonly handle: Output
  /** What the variable was read as in this step; float32. */
  readonly value: Output
  /** That of the loss, of the same shape. */
  readonly gradient: Output
  /** Kernels of convolutions and dense layers decay; biases and the parameters of norms do not, and no layer has a rate of its own for them. */
  readonly isKernel: boolean
  /** Resource handle of a slot by its name. */
  readonly slot: (name: string) => Output
}

export interface UpdateContext {
  /** float32 scalar */
  readonly learningRate: Output
  /** int64 scalar: the number of this update, from 1. Only where the optimizer counts. */
  readonly count?: Output | undefined
}

/** A rule that makes an update of gradients. */
export interface Optimizer {
  /** What it keeps of every trainable variable, in variables of the same shape that start at zero. */
  readonly slots: readonly string[]
  /** Whether it has to know how many updates there have been. */
  readonly counts: boolean
  /** Adds the operations that update the variables and their slots. */
  update(g: GraphBuilder, context: UpdateContext, variables: readonly TrainedVariable[]): Operation[]
}

/** gradient + decay w, for what decays: the gradient of the loss with half the squared norm of the weights, times decay, added. */
export function withDecay(g: GraphBuilder, { gradient, value, isKernel }: TrainedVariable, decay: number): Output {
  return isKernel && decay > 0 ? g.op('AddV2', [gradient, g.op('Mul', [value, g.constant(decay)])]) : gradient
}
