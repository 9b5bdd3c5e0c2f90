import { ints, numberLike, optionsOf, refused, type LowerLayer } from '../layer-context.ts'

/** The formula is with the layer, in layers/stochastic-depth.ts. */
export const stochasticDepth: LowerLayer = (context, [x]) => {
  const { rate } = optionsOf<{ rate: number }>(context)
  if (!(rate >= 0 && rate < 1)) throw refused(context, `rate ${rate}`, 'a rate from 0 up to, but not, 1')
  if (!context.training || rate === 0) return x!

  const { g, inputShapes } = context
  const batch = g.op('Reshape', [context.batchSize(), ints(g, [1])])
  const shape = g.op('ConcatV2', [
    [
      batch,
      ints(
        g,
        inputShapes[0]!.slice(1).map(() => 1),
      ),
    ],
    g.constant(0, 'int32'),
  ])
  const uniform = g.op('StatelessRandomUniform', [shape, context.randomSeed()])
  const kept = g.op('Cast', [g.op('GreaterEqual', [uniform, g.constant(rate)])], { DstT: g.dtypeOf(x!) })
  return g.op('Mul', [x!, g.op('Mul', [kept, numberLike(g, 1 / (1 - rate), x!)])])
}
