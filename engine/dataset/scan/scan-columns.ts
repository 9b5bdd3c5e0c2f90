import { decodingOf, turns, type ImageKind } from '../image-kind.ts'

/** What looking at images once has told of them, a row an image. */
export interface ScanColumns {
  /** Pixels. */
  readonly heights: Int32Array
  readonly widths: Int32Array
  /** How its pixels are made: see `decodingOf`; 0 for an image that cannot be read. */
  readonly kinds: Int32Array
  /** How its file keeps colours: see {@link modeName}. */
  readonly modes: Int32Array
  /** 64-bit FarmHash of its bytes. */
  readonly hashes: BigUint64Array
  /** 64-bit difference hashes, along rows and along columns: images that look alike differ in few bits. */
  readonly looks: BigUint64Array
  readonly looksDown: BigUint64Array
  /** Of each channel, three an image, in 1/256 of a step of the 0-255 scale. */
  readonly means: Uint16Array
  readonly stds: Uint16Array
  /** Whether a copy is decoded in place of the file: see {@link copyReasons}. */
  readonly copies: Uint8Array
  /** Of a picture with 16 bits, how many of them its values use; 0 for all others. */
  readonly usedBits: Uint8Array
}

/** Why a copy stands in for a file. */
export const copyReasons = { none: 0, format: 1, end: 2 } as const

export const emptyScan = (count: number): ScanColumns => ({
  heights: new Int32Array(count),
  widths: new Int32Array(count),
  kinds: new Int32Array(count),
  modes: new Int32Array(count),
  hashes: new BigUint64Array(count),
  looks: new BigUint64Array(count),
  looksDown: new BigUint64Array(count),
  means: new Uint16Array(3 * count),
  stds: new Uint16Array(3 * count),
  copies: new Uint8Array(count),
  usedBits: new Uint8Array(count),
})

/** Copies what is known of an image from one place to another. */
export function copyScan(from: ScanColumns, row: number, to: ScanColumns, place: number): void {
  to.heights[place] = from.heights[row]!
  to.widths[place] = from.widths[row]!
  to.kinds[place] = from.kinds[row]!
  to.modes[place] = from.modes[row]!
  to.hashes[place] = from.hashes[row]!
  to.looks[place] = from.looks[row]!
  to.looksDown[place] = from.looksDown[row]!
  to.copies[place] = from.copies[row]!
  to.usedBits[place] = from.usedBits[row]!
  for (let channel = 0; channel < 3; channel++) {
    to.means[3 * place + channel] = from.means[3 * row + channel]!
    to.stds[3 * place + channel] = from.stds[3 * row + channel]!
  }
}

/** Numbers that the scan gives for an image. */
export const SCAN_VALUES = 13

/**
 * Takes them over into a row. The size is that of the picture as it is seen.
 * @param values int64 [{@link SCAN_VALUES}], as the scan's graph gives them
 * @param orientation EXIF's, 1 to 8
 * @param isTransparent whether the file tells of transparent pixels beside its colours
 */
export function keepScan(
  scan: ScanColumns,
  row: number,
  values: BigInt64Array,
  orientation: number,
  isTransparent: boolean,
): void {
  const [kind, height, width, mode] = Array.from(values.subarray(0, 4), Number) as [number, number, number, number]
  scan.kinds[row] = kind
  scan.heights[row] = height
  scan.widths[row] = width
  turn(scan, row, orientation)
  scan.modes[row] = mode + (isTransparent ? TRANSPARENT : 0)
  scan.hashes[row] = BigInt.asUintN(64, values[4]!)
  scan.looks[row] = BigInt.asUintN(64, values[5]!)
  scan.looksDown[row] = BigInt.asUintN(64, values[6]!)
  for (let channel = 0; channel < 3; channel++) {
    scan.means[3 * row + channel] = Number(values[7 + channel])
    scan.stds[3 * row + channel] = Number(values[10 + channel])
  }
}

/** Makes an image that is decoded upright one that is turned. @param orientation EXIF's, 1 to 8 */
export function turn(scan: ScanColumns, row: number, orientation: number): void {
  const [height, width] = [scan.heights[row]!, scan.widths[row]!]
  const { transposed } = turns[orientation - 1]!
  scan.kinds[row] = decodingOf(scan.kinds[row] as ImageKind, orientation)
  scan.heights[row] = transposed ? width : height
  scan.widths[row] = transposed ? height : width
}

/** Codes of formats in a mode. */
export const modeFormats = {
  none: 0,
  jpeg: 1,
  png: 2,
  gif: 3,
  bmp: 4,
  webp: 5,
  raw: 6,
  pnm: 7,
  tiff: 8,
} as const
export type ModeFormat = keyof typeof modeFormats

/** A mode is the format times this, plus what the format's header says of its colours. */
export const MODE_BASE = 65_536
/** Added where some of a picture's pixels may be transparent and its colours do not say so. */
export const TRANSPARENT = 32_768

const pngColours: Readonly<Record<number, string>> = {
  0: 'grey',
  2: 'RGB',
  3: 'palette',
  4: 'grey with alpha',
  6: 'RGB with alpha',
}
const jpegColours: Readonly<Record<number, string>> = { 1: 'grey', 3: 'RGB', 4: 'CMYK' }

/** For people: format and colours. */
export function modeName(mode: number): string {
  const isTransparent = mode % MODE_BASE >= TRANSPARENT
  return `${plainName(isTransparent ? mode - TRANSPARENT : mode)}${isTransparent ? ' with transparency' : ''}`
}

function plainName(mode: number): string {
  const colours = mode % MODE_BASE
  switch (Math.floor(mode / MODE_BASE)) {
    case modeFormats.jpeg:
      return `JPEG ${jpegColours[colours] ?? ''}`.trim()
    case modeFormats.png:
      return `PNG ${pngColours[colours % 256] ?? ''}${hasManyBits(mode) ? ' 16 bit' : ''}`.trim()
    case modeFormats.gif:
      return 'GIF'
    case modeFormats.bmp:
      return 'BMP'
    case modeFormats.webp:
      return 'WebP'
    case modeFormats.raw:
      return colours === 1 ? 'raw grey' : 'raw RGB'
    case modeFormats.pnm:
      return 'PNM'
    case modeFormats.tiff:
      return 'TIFF'
    default:
      return 'unknown'
  }
}

/** Whether it is a PNG whose values have 16 bits. */
export const hasManyBits = (mode: number): boolean =>
  Math.floor(mode / MODE_BASE) === modeFormats.png && mode % TRANSPARENT >= 16 * 256
