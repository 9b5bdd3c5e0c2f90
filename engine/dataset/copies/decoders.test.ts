import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { picture, pixelsOf, raw } from '../testing/image-files.ts'
import { decodeBmp } from './bmp.ts'
import { UndecodableImage, type Pixels } from './pixels.ts'
import { decodePnm } from './pnm.ts'
import { decodeTiff } from './tiff.ts'

const [width, height] = [37, 23]
const rgb = Buffer.from(pixelsOf(5, width, height))

/** Colours that as many bits can name, and the places of the pixels' colours in it. */
function indexed(bits: number) {
  const colours = 2 ** bits
  const palette = Array.from({ length: colours }, (_, i) => [(i * 37) % 256, (i * 91) % 256, 255 - ((i * 53) % 256)])
  const indices = Array.from({ length: width * height }, (_, i) => rgb[3 * i]! % colours)
  return { palette, indices, pixels: Buffer.from(indices.flatMap((i) => palette[i]!)) }
}

const number = (bytes: number, value: number) => {
  const buffer = Buffer.alloc(bytes)
  if (value < 0) buffer.writeIntLE(value, 0, bytes)
  else buffer.writeUIntLE(value, 0, bytes)
  return buffer
}

/** Rows of values, each filled up to 4 bytes; the last row first unless it is the other way round. */
function rowsOf(bits: number, values: readonly number[], isTopDown: boolean): Buffer {
  const rows = Array.from({ length: height }, (_, y) => {
    const text = values
      .slice(width * y, width * (y + 1))
      .map((value) => value.toString(2).padStart(bits, '0'))
      .map((digits) => (bits > 8 ? (digits.match(/.{8}/g) ?? []).reverse().join('') : digits))
      .join('')
    return Buffer.from(
      text
        .padEnd(32 * Math.ceil(text.length / 32), '0')
        .match(/.{8}/g)!
        .map((byte) => parseInt(byte, 2)),
    )
  })
  return Buffer.concat(isTopDown ? rows : rows.reverse())
}

interface Bmp {
  bits: number
  content: Buffer
  palette?: readonly (readonly number[])[]
  packing?: number
  masks?: readonly number[]
  isTopDown?: boolean
  os2?: boolean
  /** Bytes between the header and the pixels. */
  gap?: number
}

function bmp({ bits, content, palette = [], packing = 0, masks = [], isTopDown = false, os2 = false, gap = 0 }: Bmp) {
  const header = os2
    ? [number(4, 12), number(2, width), number(2, height), number(2, 1), number(2, bits)]
    : [
        ...[number(4, 40), number(4, width), number(4, isTopDown ? -height : height), number(2, 1), number(2, bits)],
        ...[number(4, packing), number(4, content.length), number(4, 2835), number(4, 2835)],
        ...[number(4, palette.length), number(4, 0)],
      ]
  const colours = palette.map(([r, g, b]) => Buffer.of(b!, g!, r!, ...(os2 ? [] : [0])))
  const before = Buffer.concat([...header, ...masks.map((mask) => number(4, mask)), ...colours, Buffer.alloc(gap)])
  const offset = 14 + before.length
  return Buffer.concat([
    Buffer.from('BM'),
    number(4, offset + content.length),
    number(4, 0),
    number(4, offset),
    before,
    content,
  ])
}

const expectPixels = (decoded: Pixels, expected: Buffer) => {
  expect([decoded.width, decoded.height]).toEqual([width, height])
  expect(decoded.data.equals(expected)).toBe(true)
}

describe('a BMP', () => {
  describe.each([false, true])('of OS/2: %s', (os2) => {
    it.each([1, 4, 8])('with a palette of %i bits', (bits) => {
      const { palette, indices, pixels } = indexed(bits)
      expectPixels(decodeBmp(bmp({ bits, content: rowsOf(bits, indices, false), palette, os2 })), pixels)
    })

    it('with 24 bits', () => {
      const values = Array.from({ length: width * height }, (_, i) => rgb.readUIntBE(3 * i, 3))
      expectPixels(decodeBmp(bmp({ bits: 24, content: rowsOf(24, values, false), os2 })), rgb)
    })
  })

  it('with its first row at the top, a gap before its pixels, and bytes behind them', () => {
    const { palette, indices, pixels } = indexed(8)
    const file = bmp({ bits: 8, content: rowsOf(8, indices, true), palette, isTopDown: true, gap: 30 })
    expectPixels(decodeBmp(Buffer.concat([file, Buffer.alloc(77, 9)])), pixels)
  })

  it('with fewer colours than its bits can name: what names none is black', () => {
    const { palette, indices, pixels } = indexed(8)
    const file = bmp({ bits: 8, content: rowsOf(8, indices, false), palette: palette.slice(0, 100) })
    const expected = Buffer.from(pixels.map((value, i) => (indices[Math.floor(i / 3)]! < 100 ? value : 0)))
    expectPixels(decodeBmp(file), expected)
  })

  it.each([
    ['of 5 bits each', 16, 0, [], [5, 5, 5]],
    ['of 5, 6 and 5 bits by masks', 16, 3, [0xf800, 0x7e0, 0x1f], [5, 6, 5]],
    ['of 8 bits with 8 that are not used', 32, 0, [], [8, 8, 8]],
    ['of 10 bits by masks', 32, 3, [0x3ff00000, 0xffc00, 0x3ff], [10, 10, 10]],
  ] as const)('with channels %s', (_, bits, packing, masks, [r, g, b]) => {
    const most = [r, g, b].map((channel) => 2 ** channel - 1)
    const levels = Array.from(rgb, (value, i) => Math.round((value / 255) * most[i % 3]!))
    const values = Array.from({ length: width * height }, (_, i) =>
      [0, 1, 2].reduce((sum, c) => sum * (most[c]! + 1) + levels[3 * i + c]!, 0),
    )
    const file = bmp({ bits, content: rowsOf(bits, values, false), packing, masks })
    expectPixels(decodeBmp(file), Buffer.from(levels.map((level, i) => Math.round((255 * level) / most[i % 3]!))))
  })

  it.each([
    [8, 1],
    [4, 2],
  ])('of %i bits in run lengths, with runs, plain bytes, leaps and rows that end early', (bits, packing) => {
    const { palette } = indexed(bits)
    const packed = [
      // The last row: a run of 5, three plain ones and the filling, then nothing.
      ...[5, bits === 8 ? 3 : 0x33, 0, 3, ...(bits === 8 ? [1, 2, 1, 0] : [0x12, 0x10]), 0, 0],
      // Two to the right and one up; a run of two colours where two share a byte; the end.
      ...[0, 2, 2, 1, 4, bits === 8 ? 7 : 0x7a, 0, 1],
    ]
    const expected = new Array<number>(width * height).fill(0)
    const place = (rowFromBelow: number, x: number) => width * (height - 1 - rowFromBelow) + x
    ;[3, 3, 3, 3, 3, 1, 2, 1].forEach((colour, x) => (expected[place(0, x)] = colour))
    ;(bits === 8 ? [7, 7, 7, 7] : [7, 10, 7, 10]).forEach((colour, i) => (expected[place(2, 2 + i)] = colour))
    const file = bmp({ bits, content: Buffer.from(packed), palette, packing })
    expectPixels(decodeBmp(file), Buffer.from(expected.flatMap((i) => palette[i]!)))
  })

  it('that is cut anywhere is refused', () => {
    const { palette, indices } = indexed(4)
    const file = bmp({ bits: 4, content: rowsOf(4, indices, false), palette })
    // The last bytes of the last row only fill it up.
    for (let length = 20; length < file.length - 4; length += 7)
      expect(() => decodeBmp(file.subarray(0, length))).toThrow(UndecodableImage)
  })
})

describe('a PNM', () => {
  const grey = Array.from({ length: width * height }, (_, i) => rgb[3 * i]!)
  const spread = (values: readonly number[]) => Buffer.from(values.flatMap((value) => [value, value, value]))
  const head = (kind: string, most?: number) =>
    `${kind} # a remark\n# another\n${width}\t${height}\n${most === undefined ? '' : `${most}\n`}`

  it('in bytes, and in text', () => {
    expectPixels(decodePnm(Buffer.concat([Buffer.from(head('P6', 255)), rgb])), rgb)
    expectPixels(decodePnm(Buffer.from(head('P3', 255) + Array.from(rgb).join(' '))), rgb)
    expectPixels(decodePnm(Buffer.concat([Buffer.from(head('P5', 255)), Buffer.from(grey)])), spread(grey))
    expectPixels(decodePnm(Buffer.from(head('P2', 255) + grey.join('\n'))), spread(grey))
  })

  it('of 16 bits, and of a range of its own', () => {
    const wide = Buffer.concat(grey.map((value) => Buffer.of(value, value)))
    expectPixels(decodePnm(Buffer.concat([Buffer.from(head('P5', 65_535)), wide])), spread(grey))
    const levels = grey.map((value) => value % 101)
    const expected = spread(levels.map((level) => Math.round((255 * level) / 100)))
    expectPixels(decodePnm(Buffer.concat([Buffer.from(head('P5', 100)), Buffer.from(levels)])), expected)
  })

  it('of bits, of which 1 is black', () => {
    const bits = grey.map((value) => value & 1)
    const expected = spread(bits.map((bit) => (bit ? 0 : 255)))
    expectPixels(decodePnm(Buffer.from(head('P1') + bits.join(''))), expected)
    const rows = Array.from({ length: height }, (_, y) =>
      bits
        .slice(width * y, width * (y + 1))
        .join('')
        .padEnd(8 * Math.ceil(width / 8), '0')
        .match(/.{8}/g)!,
    )
    const packed = Buffer.from(rows.flat().map((byte) => parseInt(byte, 2)))
    expectPixels(decodePnm(Buffer.concat([Buffer.from(head('P4')), packed])), expected)
  })

  it('that is cut is refused', () => {
    const file = Buffer.concat([Buffer.from(head('P6', 255)), rgb])
    for (let length = 2; length < file.length; length += 97)
      expect(() => decodePnm(file.subarray(0, length))).toThrow(UndecodableImage)
  })
})

describe('a TIFF, as sharp writes it', () => {
  it.each(['none', 'lzw', 'deflate', 'packbits'] as const)(
    'packed by %s, in strips and in tiles',
    async (compression) => {
      for (const predictor of ['none', 'horizontal'] as const)
        for (const tile of [false, true]) {
          const options = { compression, predictor, tile, tileWidth: 16, tileHeight: 16 }
          expectPixels(decodeTiff(await picture(5, width, height).tiff(options).toBuffer()), rgb)
        }
    },
  )

  it('of LZW long enough for codes of every length, more than once', async () => {
    const noise = pixelsOf(3, 400, 300)
    const file = await raw(noise, 400, 300).tiff({ compression: 'lzw', predictor: 'none' }).toBuffer()
    expect(decodeTiff(file).data.equals(Buffer.from(noise))).toBe(true)
  })

  it('in grey, in bits, and with transparency, which is dropped', async () => {
    const seen = (file: Buffer) => sharp(file).toColourspace('srgb').raw().toBuffer()
    const grey = picture(5, width, height).toColourspace('b-w')
    const light = await grey.clone().tiff({ compression: 'lzw' }).toBuffer()
    expectPixels(decodeTiff(light), await seen(light))
    const bits = await grey.clone().threshold(128).tiff({ bitdepth: 1, compression: 'none' }).toBuffer()
    expectPixels(decodeTiff(bits), await seen(bits))
    const clear = await picture(5, width, height).ensureAlpha(0.5).tiff({ compression: 'lzw' }).toBuffer()
    expectPixels(decodeTiff(clear), rgb)
  })

  it('of 16 bits: the upper 8 are seen, and the largest value is told', async () => {
    const values = Uint16Array.from(rgb, (value) => value * 16 + 15)
    const file = await sharp(values, { raw: { width, height, channels: 3 } })
      .toColourspace('rgb16')
      .tiff({ compression: 'deflate', predictor: 'horizontal' })
      .toBuffer()
    const decoded = decodeTiff(file)
    expectPixels(decoded, Buffer.from(values.map((value) => value >> 8)))
    expect(decoded.highest).toBe(Math.max(...values))
  })

  it('of numbers without a range, or in CMYK, is refused by its name', async () => {
    // One grey pixel; the last tag says that its number has a point.
    const tags = [
      [256, 1],
      [257, 1],
      [258, 32],
      [262, 1],
      [273, 100],
      [277, 1],
      [279, 4],
      [339, 3],
    ] as const
    const entries = tags.map(([tag, value]) =>
      Buffer.concat([number(2, tag), number(2, 3), number(4, 1), number(4, value)]),
    )
    const float = Buffer.concat([
      Buffer.from('II*\0'),
      number(4, 8),
      number(2, tags.length),
      ...entries,
      Buffer.alloc(20),
    ])
    expect(() => decodeTiff(float)).toThrow('a TIFF of numbers that have no range of their own: save it with 8 bits')
    const cmyk = await picture(5, width, height).toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer()
    expect(() => decodeTiff(cmyk)).toThrow('a TIFF in CMYK: save it as PNG')
  })

  it('that is cut, or has other bytes anywhere, is decoded or refused', async () => {
    const file = await picture(5, width, height)
      .tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 })
      .toBuffer()
    for (let at = 0; at < file.length; at += 3) {
      const changed = Buffer.from(file)
      changed[at]! ^= 1 << (at % 8)
      for (const bytes of [changed, file.subarray(0, at)])
        try {
          decodeTiff(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(UndecodableImage)
        }
    }
  })
})
