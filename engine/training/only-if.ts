import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/**
 * Operations made inside run only where a condition holds, or always where there is none. A `Switch` hands its value to
 * one of its two outputs; what depends on the other one, by data or by control, does not run. So nothing made inside
 * may be fetched.
 * @param condition bool scalar
 */
export function onlyIf<R>(g: GraphBuilder, condition: Output | undefined, body: () => R): R {
  if (!condition) return body()
  const branch = g.operation('Switch', [condition, condition])
  const taken = g.operation('Identity', [branch.output(1)])
  return g.withControlDependencies([taken], body)
}
