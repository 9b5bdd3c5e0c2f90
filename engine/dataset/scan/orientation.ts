import { crc32 } from 'node:zlib'
import { jpegSegments } from './jpeg-segments.ts'

/** What a file begins and ends with. Of a short one, `head` is all of it. */
export interface FileEnds {
  readonly head: Buffer
  readonly tail: Buffer
  /** Bytes of the whole file. */
  readonly length: number
}

/**
 * How a picture is to be turned to stand upright: the tag Orientation (274) of EXIF 2.3, section 4.6.4.A, of a JPEG
 * (segment APP1), PNG (chunk `eXIf`) or WebP (chunk `EXIF`).
 * @returns 1 to 8; 1, upright, where there is none, or none that can be read
 */
export function orientationOf(file: FileEnds): number {
  const exif = exifOf(file)
  const orientation = exif && inTiff(exif)
  return orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : 1
}

function exifOf(file: FileEnds): Buffer | undefined {
  const { head } = file
  if (head.length < 12) return undefined
  if (head.readUInt16BE(0) === 0xffd8) return inJpeg(head)
  if (head.readUInt32BE(0) === 0x89504e47) return inPng(head) ?? inPng(file.tail)
  return head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP'
    ? inWebP(file)
    : undefined
}

const PREFIX = 'Exif\0\0'
const withoutPrefix = (content: Buffer) =>
  content.toString('latin1', 0, PREFIX.length) === PREFIX ? content.subarray(PREFIX.length) : undefined

function inJpeg(head: Buffer): Buffer | undefined {
  for (const { marker, content } of jpegSegments(head)) {
    const found = marker === 0xe1 ? withoutPrefix(content) : undefined
    if (found) return found
  }
  return undefined
}

/** A chunk is looked for by its name and known by its checksum: those of the pixels before it may be too long to be walked over. */
function inPng(part: Buffer): Buffer | undefined {
  for (let at = part.indexOf('eXIf'); at >= 0; at = part.indexOf('eXIf', at + 1)) {
    const length = at >= 4 ? part.readUInt32BE(at - 4) : Infinity
    const end = at + 4 + length
    if (end + 4 <= part.length && crc32(part.subarray(at, end)) === part.readUInt32BE(end))
      return part.subarray(at + 4, end)
  }
  return undefined
}

/** Chunks: a name, the length, and the content, filled up to an even length. */
function inWebP({ head, tail, length }: FileEnds): Buffer | undefined {
  const bytes = (at: number, count: number) => {
    if (at + count <= head.length) return head.subarray(at, at + count)
    const inTail = at - (length - tail.length)
    return inTail >= 0 && inTail + count <= tail.length ? tail.subarray(inTail, inTail + count) : undefined
  }
  for (let at = 12; at + 8 <= length;) {
    const header = bytes(at, 8)
    if (!header) return undefined
    const size = header.readUInt32LE(4)
    if (header.toString('latin1', 0, 4) === 'EXIF') {
      const content = bytes(at + 8, size)
      return content && (withoutPrefix(content) ?? content)
    }
    at += 8 + size + (size % 2)
  }
  return undefined
}

const ORIENTATION = 274
const SHORT = 3

/** The tag in the first directory of TIFF's form. */
function inTiff(content: Buffer): number | undefined {
  const order = content.toString('latin1', 0, 2)
  if (content.length < 8 || (order !== 'II' && order !== 'MM')) return undefined
  const short = (at: number) => (order === 'II' ? content.readUInt16LE(at) : content.readUInt16BE(at))
  const first = order === 'II' ? content.readUInt32LE(4) : content.readUInt32BE(4)
  if (first + 2 > content.length) return undefined
  const entries = short(first)
  for (let i = 0; i < entries; i++) {
    const at = first + 2 + 12 * i
    if (at + 12 > content.length) return undefined
    if (short(at) === ORIENTATION) return short(at + 2) === SHORT ? short(at + 8) : undefined
  }
  return undefined
}
