import { optionsOf, type LowerLayer } from '../layer-context.ts'

type Pair = readonly [number, number]

export const zeroPadding2d: LowerLayer = (context, [x]) => {
  const { g } = context
  const [rows, columns] = optionsOf<{ padding: readonly [Pair, Pair] }>(context).padding
  return g.op('Pad', [x!, g.constant([0, 0, ...rows, ...columns, 0, 0], 'int32', [4, 2])])
}
