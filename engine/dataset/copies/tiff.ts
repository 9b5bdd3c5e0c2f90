import { maxPixels } from '../image-kind.ts'
import { blank, UndecodableImage, type Pixels } from './pixels.ts'
import { packings, type Unpack } from './tiff-packing.ts'

export interface TiffPixels extends Pixels {
  /** EXIF's: 1 to 8. */
  readonly orientation: number
  /** The largest value, 0 to 65,535, of a picture with 16 bits. */
  readonly highest?: number
}

/**
 * The pixels of the first page of a TIFF: grey, RGB or of a palette, in strips or tiles, not packed or by LZW, Deflate or
 * PackBits; of 16 bits the upper 8. Transparency is dropped.
 *
 * Written from Adobe's "TIFF Revision 6.0" and, of Deflate, its "Photoshop TIFF Technical Notes".
 * @throws UndecodableImage for a file that is cut or damaged, or of another kind, by its name
 */
export function decodeTiff(file: Buffer): TiffPixels {
  try {
    const page = pageOf(file)
    const pixels = blank(page.height, page.width, 'TIFF')
    const values = valuesOf(file, page)
    paint(values, page, pixels)
    let highest = 0
    for (const value of values) if (value > highest) highest = value
    return { ...pixels, orientation: page.orientation, ...(page.bits === 16 && { highest }) }
  } catch (error) {
    if (error instanceof UndecodableImage) throw error
    // A read outside of the file, or what an unpacker says of damaged bytes.
    throw damaged()
  }
}

const damaged = () => new UndecodableImage('truncated or damaged TIFF')

/** What the tags of a page say. */
interface Page {
  readonly isLittle: boolean
  readonly height: number
  readonly width: number
  readonly bits: number
  /** Values a pixel: those beyond what the colours need are transparency. */
  readonly samples: number
  readonly photometric: number
  readonly unpack: Unpack
  /** Whether each value is the difference to the one of the pixel before it. */
  readonly isDifference: boolean
  /** Whether the parts hold one channel each, first all parts of the first one. */
  readonly isPlanar: boolean
  /** Size of a part, which is a strip or a tile. */
  readonly rows: number
  readonly columns: number
  readonly isTiled: boolean
  readonly offsets: readonly number[]
  readonly lengths: readonly number[]
  /** 16 bits each: all red, all green, all blue. */
  readonly palette: readonly number[]
  readonly orientation: number
}

/** Values of PhotometricInterpretation. */
const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE] = [0, 1, 2, 3]
/** RGB with transparency. */
const MOST_SAMPLES = 4
const colourNames: Readonly<Record<number, string>> = { 4: 'a mask', 5: 'CMYK', 6: 'YCbCr', 8: 'Lab' }
/** Which bits a value can have, by the colours. */
const bitsOf: Readonly<Record<number, readonly number[]>> = {
  [WHITE_IS_ZERO]: [1, 4, 8, 16],
  [BLACK_IS_ZERO]: [1, 4, 8, 16],
  [RGB]: [8, 16],
  [PALETTE]: [1, 4, 8],
}

function pageOf(file: Buffer): Page {
  const isLittle = file.toString('latin1', 0, 2) === 'II'
  const read = (at: number, bytes: number) => (isLittle ? file.readUIntLE(at, bytes) : file.readUIntBE(at, bytes))
  if (read(2, 2) !== 42) throw new UndecodableImage('a BigTIFF: save it as PNG')
  const tags = tagsOf(read, file.length)
  const all = (tag: number) => tags.get(tag) ?? []
  const one = (tag: number, otherwise: number) => all(tag)[0] ?? otherwise
  const [height, width] = [one(257, 0), one(256, 0)]
  const isTiled = tags.has(324)
  const page = {
    isLittle,
    height,
    width,
    bits: one(258, 1),
    samples: one(277, 1),
    photometric: one(262, BLACK_IS_ZERO),
    isDifference: one(317, 1) === 2,
    isPlanar: one(284, 1) === 2,
    rows: isTiled ? one(323, 0) : Math.min(one(278, height), height),
    columns: isTiled ? one(322, 0) : width,
    isTiled,
    offsets: all(isTiled ? 324 : 273),
    lengths: all(isTiled ? 325 : 279),
    palette: all(320),
    orientation: one(274, 1) >= 1 && one(274, 1) <= 8 ? one(274, 1) : 1,
  }
  const compression = one(259, 1)
  const unpack = packings[compression]
  if (!unpack) throw new UndecodableImage(`a TIFF packed ${packedAs(compression)}: save it as PNG`)
  checkKind(page, { format: one(339, 1), predictor: one(317, 1), fillOrder: one(266, 1) })
  return { ...page, unpack }
}

/** Bytes of a number of each type that these tags have: byte, short and long. */
const typeBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 }

/** The numbers of the tags in the first directory. */
function tagsOf(read: (at: number, bytes: number) => number, fileBytes: number): Map<number, number[]> {
  const tags = new Map<number, number[]>()
  const first = read(4, 4)
  let total = 0
  for (let i = 0; i < read(first, 2); i++) {
    const at = first + 2 + 12 * i
    const [bytes, count] = [typeBytes[read(at + 2, 2)], read(at + 4, 4)]
    if (bytes === undefined) continue
    // Each stands for itself: they cannot have more bytes than the file.
    total += bytes * count
    if (total > fileBytes) throw damaged()
    // Few enough stand in the place of their offset.
    const from = bytes * count <= 4 ? at + 8 : read(at + 8, 4)
    tags.set(
      read(at, 2),
      Array.from({ length: count }, (_, n) => read(from + bytes * n, bytes)),
    )
  }
  return tags
}

const coloursOf = ({ photometric }: Pick<Page, 'photometric'>) => (photometric === RGB ? 3 : 1)

function checkKind(
  page: Omit<Page, 'unpack'>,
  { format, predictor, fillOrder }: { format: number; predictor: number; fillOrder: number },
): void {
  const { bits, samples, photometric } = page
  const faults: readonly (readonly [isSo: boolean, what: string, advice?: string])[] = [
    [format !== 1, 'of numbers that have no range of their own', 'save it with 8 bits'],
    [!(photometric in bitsOf), `in ${colourNames[photometric] ?? `the colours ${photometric}`}`],
    [!bitsOf[photometric]?.includes(bits), `of ${bits} bits`],
    // Which of more channels are red, green and blue is not known.
    [samples > MOST_SAMPLES, `of ${samples} channels`, 'save three of them as RGB'],
    [predictor > 2 || (predictor === 2 && bits < 8), `with the predictor ${predictor}`],
    [fillOrder !== 1 && bits < 8, 'with its bits in the other order'],
  ]
  for (const [isSo, what, advice = 'save it as PNG'] of faults)
    if (isSo) throw new UndecodableImage(`a TIFF ${what}: ${advice}`)
  checkNumbers(page)
}

function checkNumbers(page: Omit<Page, 'unpack'>): void {
  const { bits, samples, photometric, palette, rows, columns } = page
  const paletteLength = photometric === PALETTE ? 3 * 2 ** bits : 0
  if (palette.length < paletteLength || samples < coloursOf(page) || Math.min(rows, columns) < 1) throw damaged()
}

/** The values of the colours of each pixel, row by row: as the file has them, from 0 to 2^bits - 1. */
function valuesOf(file: Buffer, page: Page): Uint8Array | Uint16Array {
  const { bits, columns, rows, height, width, isPlanar, samples } = page
  const colours = coloursOf(page)
  const values = new (bits === 16 ? Uint16Array : Uint8Array)(height * width * colours)
  const [across, down] = [Math.ceil(width / columns), Math.ceil(height / rows)]
  const inPart = isPlanar ? 1 : samples
  const rowBytes = Math.ceil((columns * inPart * bits) / 8)
  for (let part = 0; part < across * down * (isPlanar ? colours : 1); part++) {
    const [plane, place] = [Math.floor(part / (across * down)), part % (across * down)]
    const [top, left] = [rows * Math.floor(place / across), columns * (place % across)]
    // The last strip is shorter, the last tiles are filled up.
    const held = Math.min(rows, height - top)
    const content = unpacked(file, page, part, rowBytes * (page.isTiled ? rows : held))
    const taken = isPlanar ? 1 : colours
    for (let y = 0; y < held; y++) {
      const row = content.subarray(rowBytes * y, rowBytes * (y + 1))
      const read = readerOf(row, page, inPart)
      for (let x = 0; x < Math.min(columns, width - left); x++)
        for (let c = 0; c < taken; c++)
          values[colours * ((top + y) * width + left + x) + plane + c] = read(x * inPart + c)
    }
  }
  return values
}

/** No part of a picture that is small enough is larger. */
const MOST_BYTES = 8 * maxPixels

/** A strip or tile. Throws where the file, or what is packed in it, is too short. */
function unpacked(file: Buffer, { offsets, lengths, unpack }: Page, part: number, bytes: number): Buffer {
  const [offset, length] = [offsets[part], lengths[part]]
  if (offset === undefined || length === undefined || offset + length > file.length) throw damaged()
  if (bytes > MOST_BYTES) throw damaged()
  const content = unpack(file.subarray(offset, offset + length), bytes)
  if (content.length < bytes) throw damaged()
  return content
}

/** Gives the values of a row, to be asked for in their order. @param step values a pixel */
function readerOf(row: Buffer, { bits, isLittle, isDifference }: Page, step: number): (place: number) => number {
  const read = (place: number) => {
    if (bits === 8) return row[place]!
    if (bits === 16) return isLittle ? row.readUInt16LE(2 * place) : row.readUInt16BE(2 * place)
    return (row[(place * bits) >> 3]! >> (8 - bits - ((place * bits) & 7))) & (2 ** bits - 1)
  }
  if (!isDifference) return read
  // The sum so far of each channel.
  const sums = new Float64Array(step)
  return (place) => (sums[place % step] = (sums[place % step]! + read(place)) % 2 ** bits)
}

function paint(values: Uint8Array | Uint16Array, { photometric, palette, bits }: Page, { data }: Pixels): void {
  const [most, colours] = [2 ** bits - 1, 2 ** bits]
  // Of 16 bits the upper 8, as of a PNG.
  const scaled = (value: number) => (bits === 16 ? value >> 8 : Math.round((255 * value) / most))
  if (photometric === RGB) values.forEach((value, i) => (data[i] = scaled(value)))
  else
    values.forEach((value, i) => {
      for (let c = 0; c < 3; c++)
        data[3 * i + c] =
          photometric === PALETTE
            ? palette[colours * c + value]! >> 8
            : scaled(photometric === WHITE_IS_ZERO ? most - value : value)
    })
}

/** How people call the ways of packing that are not read. */
const ways: Readonly<Record<number, string>> = {
  2: 'as a fax',
  3: 'as a fax',
  4: 'as a fax',
  6: 'as JPEG',
  7: 'as JPEG',
  34_712: 'as JPEG 2000',
  34_925: 'by LZMA',
  50_000: 'by Zstandard',
  50_001: 'as WebP',
}
const packedAs = (compression: number) => ways[compression] ?? `in a way that has the number ${compression}`
