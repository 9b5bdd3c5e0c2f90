import { TensorFlowError } from '../../../shared/errors.ts'
import { formatOf } from '../image-format.ts'
import { isBareCmyk, withAdobeMarker } from '../scan/jpeg-segments.ts'
import { orientationOf } from '../scan/orientation.ts'
import type { ModeFormat } from '../scan/scan-columns.ts'
import { decodeBmp } from './bmp.ts'
import type { Decoders } from './decoders.ts'
import { endJpeg, endPng, type Ended } from './missing-end.ts'
import { UndecodableImage } from './pixels.ts'
import { decodePnm } from './pnm.ts'
import { decodeTiff } from './tiff.ts'

/** A file that TensorFlow decodes, made of one that it does not. */
export interface DecodedCopy {
  readonly content: Buffer
  /** Of the file's own format; absent where the copy has the same, and says all that the file says. */
  readonly format?: ModeFormat
  readonly isTransparent?: boolean
  /** How the copy's picture is to be turned, EXIF's 1 to 8; absent where the copy says it itself. */
  readonly orientation?: number
  /** See {@link usedBitsOf}; of a picture with 16 bits. */
  readonly usedBits?: number
  /** Whether the file's end was missing. */
  readonly isEnded?: true
}

/**
 * What stands in for a file that TensorFlow does not decode.
 * @returns nothing where there is no other way to decode it
 * @throws UndecodableImage with the reason, where the way is known and fails
 */
export async function decodedCopy(decoders: Decoders, file: Buffer): Promise<DecodedCopy | undefined> {
  switch (formatOf(file)?.name) {
    case 'JPEG':
      return isBareCmyk(file) ? { content: withAdobeMarker(file) } : ended('JPEG', await endJpeg(decoders, file))
    case 'PNG':
      return ended('PNG', endPng(file))
    case 'BMP':
      return { content: await decoders.png(decodeBmp(file)), format: 'bmp' }
    case 'PNM':
      return { content: await decoders.png(decodePnm(file)), format: 'pnm' }
    case 'TIFF': {
      const { orientation, highest, ...pixels } = decodeTiff(file)
      const content = await decoders.png(pixels)
      return { content, format: 'tiff', orientation, ...(highest !== undefined && { usedBits: usedBitsOf(highest) }) }
    }
    case 'WebP':
      return ofWebP(decoders, file)
    default:
      return undefined
  }
}

function ended(name: string, file: Ended | undefined): DecodedCopy | undefined {
  if (file === undefined) return undefined
  if (file.content === undefined)
    throw new UndecodableImage(`truncated ${name}: ${Math.round(100 * file.missing)} % of its pixels are missing`)
  return { content: file.content, isEnded: true }
}

/** One with transparency, which TensorFlow does not decode as RGB. */
async function ofWebP(decoders: Decoders, file: Buffer): Promise<DecodedCopy | undefined> {
  try {
    const orientation = orientationOf({ head: file, tail: Buffer.alloc(0), length: file.length })
    return { content: await decoders.pngOfWebP(file), format: 'webp', isTransparent: true, orientation }
  } catch (error) {
    if (error instanceof TensorFlowError) return undefined
    throw error
  }
}

/** Bits that a value from 0 to 65,535 takes: 0 to 16. */
export const usedBitsOf = (highest: number): number => 32 - Math.clz32(highest)
