import { ints, knownSize, optionsOf, type LowerLayer } from '../layer-context.ts'

interface UpSamplingOptions {
  readonly size: readonly [number, number]
  readonly interpolation: 'nearest' | 'bilinear'
}

/** Enlarges by whole factors; the pixel grids share their top left corner, as in tf.layers. */
export const upSampling2d: LowerLayer = (context, [x]) => {
  const { g } = context
  const { size, interpolation } = optionsOf<UpSamplingOptions>(context)
  const [height, width] = context.inputShapes[0]!.slice(1, 3).map((known) => knownSize(context, known))
  return g.op(interpolation === 'nearest' ? 'ResizeNearestNeighbor' : 'ResizeBilinear', [
    x!,
    ints(g, [height! * size[0], width! * size[1]]),
  ])
}
