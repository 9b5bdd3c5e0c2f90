import { blank, UndecodableImage, type Pixels } from './pixels.ts'

/** How the pixels of a BMP are packed, by the field biCompression. */
const packings = { none: 0, rle8: 1, rle4: 2, masks: 3, masksWithAlpha: 6 } as const

interface Header {
  readonly width: number
  readonly height: number
  /** Whether the first row of the file is the top one. */
  readonly isTopDown: boolean
  /** A pixel. */
  readonly bits: number
  readonly packing: number
  /** Bytes of the header that begins at byte 14. */
  readonly size: number
  /** Colours of the palette; 0 for as many as the bits can name. */
  readonly colours: number
  /** Where the pixels begin. */
  readonly offset: number
}

/** Headers of the file and of the first version of the picture, which OS/2 made. */
const [FILE_HEADER, OS2_HEADER] = [14, 12]

/**
 * The pixels of a BMP: of the headers of Windows and OS/2, with 1, 4 and 8 bits and a palette, packed by run lengths or
 * not, and with 16, 24 and 32 bits, with masks or without. Transparency is dropped.
 *
 * Written from the description of BITMAPINFOHEADER, BITMAPV5HEADER and "Bitmap Compression" in Microsoft's Win32
 * documentation, and of BITMAPCOREHEADER for OS/2.
 * @throws UndecodableImage for a file that is cut, or of another kind
 */
export function decodeBmp(file: Buffer): Pixels {
  try {
    const header = headerOf(file)
    const pixels = blank(header.height, header.width, 'BMP')
    if (header.packing === packings.rle4 || header.packing === packings.rle8) unpack(file, header, pixels)
    else readRows(file, header, pixels)
    return pixels
  } catch (error) {
    // A read outside of the file.
    if (error instanceof RangeError) throw new UndecodableImage('truncated or damaged BMP')
    throw error
  }
}

function headerOf(file: Buffer): Header {
  const [offset, size] = [file.readUInt32LE(10), file.readUInt32LE(14)]
  if (size === OS2_HEADER) {
    const [width, height, bits] = [18, 20, 24].map((at) => file.readUInt16LE(at)) as [number, number, number]
    return check({ width, height, isTopDown: false, bits, packing: packings.none, size, colours: 0, offset })
  }
  const [width, rows, bits] = [file.readInt32LE(18), file.readInt32LE(22), file.readUInt16LE(28)]
  // The second header of OS/2 may end before these.
  const optional = (at: number) => (size >= at + 4 - FILE_HEADER ? file.readUInt32LE(at) : 0)
  const [packing, colours] = [optional(30), optional(46)]
  return check({ width, height: Math.abs(rows), isTopDown: rows < 0, bits, packing, size, colours, offset })
}

/** The bits a pixel that each packing can have. */
const packed: Readonly<Record<number, readonly number[]>> = {
  [packings.none]: [1, 4, 8, 16, 24, 32],
  [packings.rle8]: [8],
  [packings.rle4]: [4],
  [packings.masks]: [16, 32],
  [packings.masksWithAlpha]: [16, 32],
}

function check(header: Header): Header {
  // OS/2 gave two of the numbers another meaning.
  if (header.size === 64 && header.packing >= packings.masks) throw new UndecodableImage('a packed BMP of OS/2')
  if (!packed[header.packing]?.includes(header.bits))
    throw new UndecodableImage(`a BMP of ${header.bits} bits and the packing ${header.packing}`)
  return header
}

/** RGB, 3 bytes a colour; those that the file lacks are black. */
function paletteOf(file: Buffer, { size, bits, colours, offset }: Header): Buffer {
  const [first, bytes] = [FILE_HEADER + size, size === OS2_HEADER ? 3 : 4]
  const most = 2 ** bits
  const held = Math.floor((Math.min(offset, file.length) - first) / bytes)
  const palette = Buffer.alloc(3 * most)
  for (let i = 0; i < Math.min(colours || most, most, held); i++) {
    const at = first + bytes * i
    palette.set([file[at + 2]!, file[at + 1]!, file[at]!], 3 * i)
  }
  return palette
}

/** Where the row that is the n-th of the file begins in the pixels. */
const rowStart = ({ isTopDown, height, width }: Header, row: number) => 3 * width * (isTopDown ? row : height - 1 - row)

/** Rows of plain pixels: each is filled up to 4 bytes. */
function readRows(file: Buffer, header: Header, { data }: Pixels): void {
  const { height, width, bits, offset } = header
  const stride = 4 * Math.ceil((width * bits) / 32)
  // The last row need not be filled up.
  if (offset + stride * (height - 1) + Math.ceil((width * bits) / 8) > file.length)
    throw new UndecodableImage('truncated or damaged BMP')
  const readPixel = bits <= 8 ? byPalette(file, header) : byMasks(file, header)
  for (let row = 0; row < height; row++) {
    const [from, to] = [offset + stride * row, rowStart(header, row)]
    for (let x = 0; x < width; x++) readPixel(from, x, data, to + 3 * x)
  }
}

function paint(data: Buffer, to: number, palette: Buffer, colour: number): void {
  for (let channel = 0; channel < 3; channel++) data[to + channel] = palette[3 * colour + channel]!
}

/** Puts the colour of a row's pixel in its place. */
type ReadPixel = (row: number, x: number, data: Buffer, to: number) => void

function byPalette(file: Buffer, header: Header): ReadPixel {
  const palette = paletteOf(file, header)
  const { bits } = header
  const [inByte, mask] = [8 / bits, 2 ** bits - 1]
  return (row, x, data, to) => {
    const byte = file[row + Math.floor(x / inByte)]!
    const colour = (byte >> (8 - bits * ((x % inByte) + 1))) & mask
    paint(data, to, palette, colour)
  }
}

function byMasks(file: Buffer, header: Header): ReadPixel {
  const bytes = header.bits / 8
  const [red, green, blue] = masksOf(file, header).map(channelOf) as [Channel, Channel, Channel]
  return (row, x, data, to) => {
    const value = file.readUIntLE(row + bytes * x, bytes)
    data[to] = red(value)
    data[to + 1] = green(value)
    data[to + 2] = blue(value)
  }
}

/** Those of red, green and blue: they follow the shortest header, and are part of the longer ones. */
function masksOf(file: Buffer, { packing, bits }: Header): number[] {
  if (packing === packings.none) return bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]
  return [54, 58, 62].map((at) => file.readUInt32LE(at))
}

type Channel = (value: number) => number

/** The bits of a mask, scaled to 0 to 255. */
function channelOf(mask: number): Channel {
  if (mask === 0) return () => 0
  const unit = 2 ** (31 - Math.clz32(mask & -mask))
  const most = Math.floor(mask / unit)
  return (value) => Math.round((((value & mask) >>> 0) / unit / most) * 255)
}

/** Run lengths. What they leap over has the first colour. */
function unpack(file: Buffer, header: Header, { data }: Pixels): void {
  const palette = paletteOf(file, header)
  const { height, width, bits } = header
  data.fill(palette.subarray(0, 3))
  let [at, row, x] = [header.offset, 0, 0]
  const put = (colour: number) => {
    if (x < width) paint(data, rowStart(header, row) + 3 * x, palette, colour)
    x += 1
  }
  // Of two pixels in a byte the high half comes first.
  const colourIn = (byte: number, i: number) => (bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15)
  while (row < height) {
    const [count, second] = [file.readUInt8(at), file.readUInt8(at + 1)]
    at += 2
    if (count > 0) for (let i = 0; i < count; i++) put(colourIn(second, i))
    else if (second === 0) [row, x] = [row + 1, 0]
    else if (second === 1) return
    else if (second === 2) {
      x += file.readUInt8(at)
      row += file.readUInt8(at + 1)
      at += 2
    } else {
      for (let i = 0; i < second; i++) put(colourIn(file.readUInt8(at + Math.floor((i * bits) / 8)), i))
      at += 2 * Math.ceil((second * bits) / 16)
    }
  }
}
