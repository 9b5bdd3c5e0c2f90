import { numberLike, optionsOf, type LowerLayer } from '../layer-context.ts'

export const rescaling: LowerLayer = (context, [x]) => {
  const { g } = context
  const { scale, offset } = optionsOf<{ scale: number; offset: number }>(context)
  return g.op('AddV2', [g.op('Mul', [x!, numberLike(g, scale, x!)]), numberLike(g, offset, x!)])
}
