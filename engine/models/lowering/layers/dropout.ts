import { ints, optionsOf, refused, type LowerLayer } from '../layer-context.ts'

interface DropoutOptions {
  /** Share of values that become zero, 0 up to but not 1. */
  readonly rate: number
  readonly noiseShape?: unknown
}

/** In training each value is dropped with probability `rate`, the others are divided by 1 - rate (Srivastava et al. 2014). */
export const dropout: LowerLayer = (context, [x]) => {
  const { rate, noiseShape } = optionsOf<DropoutOptions>(context)
  if (noiseShape) throw refused(context, 'a noise shape', 'dropout of single values')
  if (!(rate >= 0 && rate < 1)) throw refused(context, `rate ${rate}`, 'a rate from 0 up to, but not, 1')
  if (!context.training || rate === 0) return x!

  const { g, inputShapes } = context
  const sizes = inputShapes[0]!.slice(1).map((size) => size!)
  const batch = g.op('Reshape', [context.batchSize(), ints(g, [1])])
  const shape = g.op('ConcatV2', [[batch, ints(g, sizes)], g.constant(0, 'int32')])
  const uniform = g.op('StatelessRandomUniform', [shape, context.randomSeed()])
  const kept = g.op('Cast', [g.op('GreaterEqual', [uniform, g.constant(rate)])], { DstT: 'float32' })
  return g.op('Mul', [x!, g.op('Mul', [kept, g.constant(1 / (1 - rate))])])
}
