import { ModelError } from '../../../shared/errors.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

/** Seeds of the random layers of a lowering: pure functions of (seed, place of the layer among the random ones, step). */
export class RandomSeeds {
  #place = 0

  constructor(
    private readonly g: GraphBuilder,
    private readonly mode: { readonly seed?: number; readonly step?: Output },
  ) {}

  /** int64 [2] for the next random layer. Throws `ModelError` where the lowering was given no seed or step. */
  next(layer: string): Output {
    const { seed, step } = this.mode
    if (seed === undefined || !step)
      throw new ModelError(`Layer "${layer}" is random: give the lowering a seed and a step.`)
    const { g } = this
    // One 64-bit number of seed and place leaves the second half of the seed to the step.
    const ofLayer = g.op(
      'StatelessRandomUniformFullInt',
      [g.constant([1], 'int32'), g.constant([seed, this.#place++], 'int64')],
      { dtype: 'int64' },
    )
    const ofStep = g.op('Reshape', [step, g.constant([1], 'int32')])
    return g.op('ConcatV2', [[ofLayer, ofStep], g.constant(0, 'int32')])
  }
}
