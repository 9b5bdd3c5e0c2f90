import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { picture } from '../testing/image-files.ts'
import { orientationOf, type FileEnds } from './orientation.ts'

const whole = (bytes: Buffer): FileEnds => ({ head: bytes, tail: Buffer.alloc(0), length: bytes.length })
const orientations = [1, 2, 3, 4, 5, 6, 7, 8]
const formats = ['jpeg', 'png', 'webp'] as const

describe.each(formats)('of a %s', (format) => {
  const file = (orientation: number) => picture(1, 20, 12).withMetadata({ orientation }).toFormat(format).toBuffer()

  it.each(orientations)('the orientation %i is found, as sharp writes it', async (orientation) => {
    expect(orientationOf(whole(await file(orientation)))).toBe(orientation)
  })

  it('nothing is found where it is cut anywhere, or a number is out of range', async () => {
    const bytes = await file(6)
    for (let length = 0; length < bytes.length; length++)
      expect([1, 6]).toContain(orientationOf(whole(bytes.subarray(0, length))))
    for (let bit = 0; bit < 8 * Math.min(bytes.length, 600); bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(orientations).toContain(orientationOf(whole(flipped)))
    }
  })
})

it('is found at the end of a long file', async () => {
  const bytes = await picture(2, 300, 300).withMetadata({ orientation: 8 }).webp({ lossless: true }).toBuffer()
  const [head, tail] = [bytes.subarray(0, 1000), bytes.subarray(-1000)]
  expect(orientationOf({ head, tail, length: bytes.length })).toBe(8)
  // The chunk between them is too long to be seen.
  expect(orientationOf({ head, tail: Buffer.alloc(0), length: bytes.length })).toBe(1)
})

it('of both orders of bytes, and behind other segments of a JPEG', async () => {
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const tiff = Buffer.from('MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x05\0\0\0\0\0\0', 'latin1')
  const segment = (marker: number, content: Buffer) => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(content.length + 2, 2)
    return Buffer.concat([head, content])
  }
  const exif = segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]))
  const others = [segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>')), segment(0xe2, Buffer.alloc(60_000))]
  const file = Buffer.concat([jpeg.subarray(0, 2), ...others, Buffer.of(0xff), exif, jpeg.subarray(2)])
  expect(orientationOf(whole(file))).toBe(5)
})
