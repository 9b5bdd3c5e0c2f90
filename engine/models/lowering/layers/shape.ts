import { ints, optionsOf, reshapeSamples, sizeOf, type LowerLayer } from '../layer-context.ts'

export const flatten: LowerLayer = (context, [x]) =>
  reshapeSamples(context, x!, [sizeOf(context, context.inputShapes[0]!.slice(1))])

/** At most one size of the target is -1 or null: what the others leave over. */
export const reshape: LowerLayer = (context, [x]) => {
  const target = optionsOf<{ targetShape: readonly (number | null)[] }>(context).targetShape
  const isOpen = (size: number | null) => size === null || size < 0
  const left =
    sizeOf(context, context.inputShapes[0]!.slice(1)) /
    sizeOf(
      context,
      target.filter((size) => !isOpen(size)),
    )
  return reshapeSamples(
    context,
    x!,
    target.map((size) => (isOpen(size) ? left : size)),
  )
}

/** `dims` counts the axes from 1, without the batch. */
export const permute: LowerLayer = (context, [x]) =>
  context.g.op('Transpose', [x!, ints(context.g, [0, ...optionsOf<{ dims: number[] }>(context).dims])])
