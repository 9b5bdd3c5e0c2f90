import { TensorFlowError } from '../../../shared/errors.ts'
import { formatOf } from '../image-format.ts'
import { maxPixels } from '../image-kind.ts'
import { isBareCmyk, jpegHeader } from './jpeg-segments.ts'

/** Why TensorFlow cannot read an image, by what its message holds. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/Permission denied/i, 'permission denied'],
  [
    /corrupted record|truncated record|Dataset was empty|end of sequence/i,
    'damaged or cut TFRecord: its checksum is wrong',
  ],
  [/Expected begin|pos .* out of range/i, 'the image lies outside of its TFRecord'],
  [/No such file|Is a directory/i, 'the file is missing'],
  [/JPEG/i, 'truncated or damaged JPEG'],
  [/PNG/i, 'truncated or damaged PNG'],
  [/GIF/i, 'truncated or damaged GIF'],
  [/Number of channels requested does not match input/i, 'a WebP image with transparency: save it without, or as PNG'],
  [/WebP/i, 'truncated or damaged WebP, or an animated one'],
  [/BMP|abs_height/i, 'truncated or damaged BMP, or one of a rare kind'],
]

/** A short reason for an error of the scan: a word of ours, or the first words of TensorFlow's own. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof TensorFlowError)) throw error
  const [text = ''] = error.detail.split('\n\t')
  const known = reasons.find(([pattern]) => pattern.test(text))
  if (known) return known[1]
  const sentence = text.replace(/^\{\{.*?\}\}\s*/, '').replace(/\s*\[\[.*/s, '')
  return sentence.length > 100 ? `${sentence.slice(0, 97)}...` : sentence
}

/** Bits a pixel and ways of packing that TensorFlow decodes BMP of. */
const PLAIN_BMP = 24
const UNPACKED = [0, 3]

/** Why a file cannot be decoded, or not right, where its first bytes tell it. */
export function reasonByContent(head: Buffer): string | undefined {
  const format = formatOf(head)
  if (!format) return undefined
  if (format.isRead !== 'directly')
    return `${article(format.name)} ${format.name}, which is ${advice[format.name] ?? 'not read: save it as JPEG or PNG'}`
  switch (format.name) {
    case 'BMP':
      return reasonOfBmp(head)
    case 'JPEG':
      return reasonOfJpeg(head)
    case 'WebP':
      return isAnimated(head) ? 'an animated WebP, which is not read: save one of its frames as PNG' : undefined
    default:
      return undefined
  }
}

/** What to do about what is no picture. */
const advice: Readonly<Record<string, string>> = {
  'Git LFS pointer': 'not the picture itself: fetch it with "git lfs pull"',
  HTML: 'no picture, but most likely what a server said in place of it: fetch it anew',
  XML: 'no picture, but most likely what a server said in place of it: fetch it anew',
  ZIP: 'no picture: unpack it',
  GZIP: 'no picture: unpack it',
  MP4: 'no picture: save its frames as JPEG or PNG',
}

function reasonOfJpeg(head: Buffer): string | undefined {
  const header = jpegHeader(head)
  if (!header) return undefined
  if (!header.isDecoded) return 'a lossless or hierarchical JPEG, which is not read: save it as PNG'
  if (header.bits !== 8) return `a JPEG with ${header.bits} bits a value, which is not read: save it as PNG`
  return isBareCmyk(head)
    ? "a JPEG in CMYK without Adobe's marker, whose colours would be inverted: save it as RGB"
    : undefined
}

/** The flags of a WebP's extended header say it. */
const isAnimated = (head: Buffer): boolean =>
  head.length > 20 && head.toString('latin1', 12, 16) === 'VP8X' && (head[20]! & 2) !== 0

const article = (name: string) => (/^(AVIF|HTML|ICO|MP4|OpenEXR|SVG|XML)/.test(name) ? 'an' : 'a')

/** After the 14 bytes of the file come those of a header that begins with its own size. */
function reasonOfBmp(head: Buffer): string | undefined {
  const advice = 'which is not read: save it as PNG'
  if (head.readUInt32LE(14) < 40) return `a BMP of OS/2, ${advice}`
  if (head.length < 34) return undefined
  const [bits, packing] = [head.readUInt16LE(28), head.readUInt32LE(30)]
  if (!UNPACKED.includes(packing)) return `a packed BMP, ${advice}`
  if (bits <= 8) return `a BMP with a palette of ${bits} bits, ${advice}`
  return bits === PLAIN_BMP ? undefined : `a BMP of ${bits} bits a pixel, ${advice}`
}

export const emptyFile = 'empty file'
export const missingFile = 'the file is missing'
export const noImage = 'not a JPEG, PNG, BMP, GIF, WebP, TIFF or PNM image'
export const noPixels = 'damaged: its size is 0 px'
export const largeFile = 'larger than 1 GB'
export const tooLarge = (height: number, width: number) =>
  `too large: ${width} x ${height} px, at most ${maxPixels / 1e6} million pixels`
