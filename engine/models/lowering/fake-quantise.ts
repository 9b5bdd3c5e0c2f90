import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

export type QuantiseScheme = 'asymmetric' | 'symmetric'

/** float32 scalars; zero lies between them. */
export interface Range {
  readonly min: Output
  readonly max: Output
}

const BITS = 8
const LEVELS = 2 ** BITS - 1
const LARGEST = 3e38

/** The smallest and largest value of a tensor, and zero. */
export function rangeOfValues(g: GraphBuilder, x: Output): Range {
  const flat = g.op('Reshape', [g.op('StopGradient', [x]), g.constant([-1], 'int32')])
  const axis = g.constant(0, 'int32')
  const zero = g.constant(0)
  return {
    min: g.op('Minimum', [g.op('Min', [flat, axis]), zero]),
    max: g.op('Maximum', [g.op('Max', [flat, axis]), zero]),
  }
}

/**
 * A range widened so that zero is in its middle, where the scheme is symmetric: then min is -max for weights, which
 * leave out the lowest of the 256 levels, and -128/127 max for activations, which have all.
 */
export function centred(g: GraphBuilder, { min, max }: Range, scheme: QuantiseScheme, leaveOutLowest: boolean): Range {
  if (scheme === 'asymmetric') return { min, max }
  const ratio = leaveOutLowest ? 1 : (LEVELS + 1) / (LEVELS - 1)
  return {
    min: g.op('Minimum', [min, g.op('Mul', [max, g.constant(-ratio)])]),
    max: g.op('Maximum', [max, g.op('Mul', [min, g.constant(-1 / ratio)])]),
  }
}

/**
 * Rounds values to 8 bits and back: to the nearest of the levels between min and max, both shifted so that zero is a
 * level (Jacob et al. 2017, arXiv 1712.05877, section 3 and equation 12). The gradient passes unchanged where the value
 * lies in the range and is zero elsewhere (straight-through, Bengio et al. 2013, arXiv 1308.3432); none goes to the
 * range. TensorFlow's C library has no gradient for its own op.
 * @param leaveOutLowest 255 levels instead of 256, so that the product of two weights fits 16 bits
 */
export function fakeQuantise(g: GraphBuilder, x: Output, { min, max }: Range, leaveOutLowest: boolean): Output {
  const round = (values: Output) =>
    g.op('StopGradient', [
      g.op('FakeQuantWithMinMaxVars', [values, min, max], { num_bits: BITS, narrow_range: leaveOutLowest }),
    ])
  const clipped = g.op('Minimum', [g.op('Maximum', [x, round(g.constant(-LARGEST))]), round(g.constant(LARGEST))])
  // Zero, to the bit, with the gradient of the clipped values.
  const carrier = g.op('Sub', [clipped, g.op('StopGradient', [clipped])])
  return g.op('AddV2', [round(x), carrier])
}
