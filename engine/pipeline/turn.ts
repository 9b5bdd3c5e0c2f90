import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { TURNED, turns } from '../dataset/index.ts'

/** The decoding in the form of an image: int32 [3] to a scalar. */
export const decodingIn = (f: GraphBuilder, form: Output): Output => at(f, form, 0)

const at = (f: GraphBuilder, vector: Output, place: number) =>
  f.op('GatherV2', [vector, f.constant(place, 'int32'), f.constant(0, 'int32')])

/** Whether the orientation of an image asks for a part of its turn: int32 scalars, 0 or 1. */
function turnIn(f: GraphBuilder, form: Output) {
  const place = f.op('FloorDiv', [decodingIn(f, form), f.constant(TURNED, 'int32')])
  const asked = (name: keyof (typeof turns)[number]) =>
    f.op('GatherV2', [
      f.constant(
        turns.map((one) => (one[name] ? 1 : 0)),
        'int32',
      ),
      place,
      f.constant(0, 'int32'),
    ])
  return { transposed: asked('transposed'), upDown: asked('upDown'), leftRight: asked('leftRight') }
}

/**
 * Where a window of the upright picture lies in the picture as its file holds it: so no more is decoded than of a
 * picture that is stored upright.
 * @param form int32 [3]: see `SampleDecoder`
 * @param window int32 [4]: top, left, height, width
 */
export function storedWindow(f: GraphBuilder, form: Output, window: Output): Output {
  const { transposed, upDown, leftRight } = turnIn(f, form)
  const [top, left, height, width] = [0, 1, 2, 3].map((place) => at(f, window, place)) as [
    Output,
    Output,
    Output,
    Output,
  ]
  // From the other side, where the picture is mirrored.
  const mirrored = (isMirrored: Output, side: Output, begin: Output, length: Output) =>
    f.op('SelectV2', [
      f.op('Cast', [isMirrored], { DstT: 'bool' }),
      f.op('Sub', [f.op('Sub', [side, begin]), length]),
      begin,
    ])
  const unmirrored = f.op('Pack', [
    [mirrored(upDown, at(f, form, 1), top, height), mirrored(leftRight, at(f, form, 2), left, width), height, width],
  ])
  const swapped = f.op('GatherV2', [unmirrored, f.constant([1, 0, 3, 2], 'int32'), f.constant(0, 'int32')])
  return f.op('SelectV2', [f.op('Cast', [transposed], { DstT: 'bool' }), swapped, unmirrored])
}

/** Turns what was decoded there. @param pixels uint8 [height, width, channels], as stored */
export function upright(f: GraphBuilder, form: Output, pixels: Output): Output {
  const { transposed, upDown, leftRight } = turnIn(f, form)
  const other = f.op('Sub', [f.constant(1, 'int32'), transposed])
  const transposedOrNot = f.op('Transpose', [pixels, f.op('Pack', [[transposed, other, f.constant(2, 'int32')]])])
  const mirrored = f.op('Cast', [f.op('Pack', [[upDown, leftRight, f.constant(0, 'int32')]])], { DstT: 'bool' })
  return f.op('Reverse', [transposedOrNot, mirrored])
}
