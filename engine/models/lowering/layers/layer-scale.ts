import type { LowerLayer } from '../layer-context.ts'

export const layerScale: LowerLayer = (context, [x]) => context.g.op('Mul', [x!, context.weight('gamma', x)])
