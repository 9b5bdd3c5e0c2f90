import { ModelError } from '../../../shared/errors.ts'
import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'
import type { RangeSpec } from '../rounded-tensors.ts'
import { readVariable, type Variables } from '../variables.ts'
import { centred, fakeQuantise, rangeOfValues, type QuantiseScheme, type Range } from './fake-quantise.ts'

/** What a range keeps of itself in a step, as in TensorFlow's quantisation-aware training. */
export const RANGE_DECAY = 0.999

interface RoundingMode {
  readonly training: boolean
  readonly step?: Output | undefined
  readonly quantizeDelay?: number | undefined
}

/**
 * Quantisation-aware training of one lowering.
 *
 * Rounded to 8 bits are the kernels of convolutions and dense layers, each by the range of its own values at that
 * moment, and what layers take and give on the way (`roundedTensors`), by ranges that are variables of the model.
 * Not rounded are biases, batch norm, what is between the two halves of a SeparableConv2D, and the output of the
 * network. Batch norm is not folded into the kernels.
 *
 * A training step moves a range towards the batch's smallest and largest values: a moving average of decay 0.999,
 * without a bias to where it began. Evaluation takes the ranges as they are. Rounding begins at the step
 * `quantizeDelay`; evaluation always rounds, as an exported network would.
 */
export class Rounding {
  readonly #rounded = new Map<Output, Output>()
  #shareOfStep: Output | undefined

  constructor(
    private readonly g: GraphBuilder,
    private readonly variables: Variables,
    private readonly scheme: QuantiseScheme,
    private readonly mode: RoundingMode,
    private readonly update: (addOperation: () => Operation) => void,
  ) {}

  /** A kernel, float32, rounded by the range of its values. */
  weight(value: Output): Output {
    return this.#once(value, () => {
      const range = centred(this.g, rangeOfValues(this.g, value), this.scheme, true)
      return fakeQuantise(this.g, value, range, true)
    })
  }

  /** What layers pass on, float32, rounded by its range. */
  activation(value: Output, spec: RangeSpec): Output {
    return this.#once(value, () => fakeQuantise(this.g, value, this.#range(value, spec), false))
  }

  #once(value: Output, round: () => Output): Output {
    const known = this.#rounded.get(value)
    if (known) return known
    const rounded = this.g.withName('quantise', () => this.#afterDelay(value, round()))
    this.#rounded.set(value, rounded)
    return rounded
  }

  #afterDelay(value: Output, rounded: Output): Output {
    const { training, quantizeDelay = 0 } = this.mode
    if (!training || quantizeDelay === 0) return rounded
    const begun = this.g.op('GreaterEqual', [this.#step(), this.g.constant(quantizeDelay, 'int64')])
    return this.g.op('SelectV2', [begun, rounded, value])
  }

  #range(value: Output, spec: RangeSpec): Range {
    const min = this.#read(spec.min.name)
    const max = this.#read(spec.max.name)
    if (!this.mode.training) return { min, max }
    const seen = centred(this.g, rangeOfValues(this.g, value), this.scheme, false)
    return { min: this.#move(spec.min.name, min, seen.min), max: this.#move(spec.max.name, max, seen.max) }
  }

  #read(name: string): Output {
    return readVariable(this.g, this.variables.get(name)!)
  }

  #handle(name: string): Output {
    return this.variables.get(name)!.handle
  }

  /** The new end of a range, which the step is to keep. */
  #move(name: string, from: Output, to: Output): Output {
    const { g } = this
    const moved = g.op('AddV2', [from, g.op('Mul', [g.op('Sub', [to, from]), this.#share])])
    this.update(() => g.operation('AssignVariableOp', [this.#handle(name), moved], { dtype: 'float32' }))
    return moved
  }

  /**
   * How far a step moves a range: (1 - d) / (1 - d^(steps + 1)), which is 1 in the first step and falls to 1 - d. So the
   * range is the bias-corrected average of Kingma & Ba 2014, arXiv 1412.6980, section 3, written as a recurrence.
   */
  get #share(): Output {
    return (this.#shareOfStep ??= this.#addShare())
  }

  #addShare(): Output {
    const { g } = this
    const count = g.op('AddV2', [g.op('Cast', [this.#step()], { DstT: 'float32' }), g.constant(1)])
    const left = g.op('Expm1', [g.op('Mul', [count, g.constant(Math.log(RANGE_DECAY))])])
    return g.op('Div', [g.constant(RANGE_DECAY - 1), left])
  }

  #step(): Output {
    if (this.mode.step) return this.mode.step
    throw new ModelError('Quantisation-aware training depends on the step: give the lowering a step.')
  }
}
