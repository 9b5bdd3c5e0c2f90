import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/** The root of the sum of the squares of all elements. float32 scalar; infinite where a square exceeds float32. */
export function norm(g: GraphBuilder, tensors: readonly Output[]): Output {
  const halves = tensors.map((tensor) => g.op('L2Loss', [tensor]))
  const sum = halves.length === 1 ? halves[0]! : g.op('AddN', [halves])
  return g.op('Sqrt', [g.op('Mul', [sum, g.constant(2)])])
}

/** a / b where both are above 0, and 1 where one of them is not. */
export function ratioOr1(g: GraphBuilder, a: Output, b: Output, quotient: Output): Output {
  const zero = g.constant(0)
  const positive = g.op('LogicalAnd', [g.op('Greater', [a, zero]), g.op('Greater', [b, zero])])
  return g.op('SelectV2', [positive, quotient, g.constant(1)])
}
