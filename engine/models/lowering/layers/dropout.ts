import type { Output } from '../../../tensorflow/graph/builder.ts'
import { ints, numberLike, optionsOf, refused, type LayerContext, type LowerLayer } from '../layer-context.ts'

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

  const { g } = context
  const uniform = g.op('StatelessRandomUniform', [shapeOf(context, x!), context.randomSeed()])
  const kept = g.op('Cast', [g.op('GreaterEqual', [uniform, g.constant(rate)])], { DstT: g.dtypeOf(x!) })
  return g.op('Mul', [x!, g.op('Mul', [kept, numberLike(g, 1 / (1 - rate), x!)])])
}

/** Of what is known beforehand where all sizes are, so that the random numbers need not wait for x. */
function shapeOf(context: LayerContext, x: Output): Output {
  const { g, inputShapes } = context
  const sizes = inputShapes[0]!.slice(1)
  if (sizes.includes(null)) return g.op('Shape', [x])
  const batch = g.op('Reshape', [context.batchSize(), ints(g, [1])])
  return g.op('ConcatV2', [
    [
      batch,
      ints(
        g,
        sizes.map((size) => size!),
      ),
    ],
    g.constant(0, 'int32'),
  ])
}
