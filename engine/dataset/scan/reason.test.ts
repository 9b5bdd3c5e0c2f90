import { expect, it } from 'vitest'
import { picture } from '../testing/image-files.ts'
import { jpegHeader } from './jpeg-segments.ts'
import { reasonByContent } from './reason.ts'

const jpeg = () => picture(1, 20, 12).jpeg().toBuffer()
/** A JPEG with another frame: its marker, and the bits of a value. */
async function framed(marker: number, bits = 8): Promise<Buffer> {
  const file = await jpeg()
  const at = file.indexOf(Buffer.of(0xff, 0xc0))
  file[at + 1] = marker
  file[at + 4] = bits
  return file
}
/** One in CMYK, without the marker that Adobe's programs and libvips write. */
async function bareCmyk(): Promise<Buffer> {
  const file = await picture(1, 20, 12).toColourspace('cmyk').jpeg().toBuffer()
  const at = file.indexOf(Buffer.of(0xff, 0xee))
  return Buffer.concat([file.subarray(0, at), file.subarray(at + 2 + file.readUInt16BE(at + 2))])
}

it('the header of a JPEG is read, and that of one cut before its pixels is none', async () => {
  const file = await jpeg()
  expect(jpegHeader(file)).toEqual({ bits: 8, components: 3, isDecoded: true, hasAdobe: false })
  expect(jpegHeader(file.subarray(0, file.indexOf(Buffer.of(0xff, 0xda))))).toBeUndefined()
  expect(jpegHeader(await picture(1, 20, 12).toColourspace('cmyk').jpeg().toBuffer())).toMatchObject({
    components: 4,
    hasAdobe: true,
  })
})

it.each<[string, () => Buffer | Promise<Buffer>, string | undefined]>([
  ['a JPEG', jpeg, undefined],
  ['in steps', () => picture(1, 20, 12).jpeg({ progressive: true }).toBuffer(), undefined],
  ['with 12 bits', () => framed(0xc1, 12), 'a JPEG with 12 bits a value, which is not read: save it as PNG'],
  ['without loss', () => framed(0xc3), 'a lossless or hierarchical JPEG, which is not read: save it as PNG'],
  ['hierarchical', () => framed(0xc5), 'a lossless or hierarchical JPEG, which is not read: save it as PNG'],
  ['bare CMYK', bareCmyk, "a JPEG in CMYK without Adobe's marker, whose colours would be inverted: save it as RGB"],
  ['a WebP', () => picture(1, 20, 12).withMetadata({ orientation: 6 }).webp().toBuffer(), undefined],
  [
    'an animated WebP',
    async () => {
      const file = await picture(1, 20, 12).withMetadata({ orientation: 6 }).webp().toBuffer()
      file[20]! |= 2
      return file
    },
    'an animated WebP, which is not read: save one of its frames as PNG',
  ],
  [
    'a pointer',
    () => Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
    'a Git LFS pointer, which is not the picture itself: fetch it with "git lfs pull"',
  ],
  [
    'a page',
    () => Buffer.from('<!DOCTYPE html><html>not found</html>'),
    'an HTML, which is no picture, but most likely what a server said in place of it: fetch it anew',
  ],
])('%s is told by its content', async (_, make, reason) => {
  expect(reasonByContent(await make())).toBe(reason)
})
