import type { LowerLayer } from '../layer-context.ts'

export const layerScale: LowerLayer = (context, [x]) => {
  const { g } = context
  return g.op('Mul', [x!, g.op('Cast', [context.weight('gamma')], { DstT: g.dtypeOf(x!) })])
}
