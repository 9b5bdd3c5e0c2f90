import { maxPixels } from '../image-kind.ts'
import { tooLarge } from '../scan/reason.ts'

/** Decoded pixels of an image. */
export interface Pixels {
  readonly height: number
  readonly width: number
  /** RGB, row by row from the top: 3 bytes a pixel. */
  readonly data: Buffer
}

/** What is wrong with a file: the reason that a person is told. */
export class UndecodableImage extends Error {}

/** All black. Throws {@link UndecodableImage} for a size that no image has, before there is memory for it. */
export function blank(height: number, width: number, name: string): Pixels {
  const count = height * width
  if (count > maxPixels) throw new UndecodableImage(tooLarge(height, width))
  if (!(height > 0 && width > 0)) throw new UndecodableImage(`a ${name} of ${width} x ${height} px`)
  return { height, width, data: Buffer.alloc(3 * count) }
}
