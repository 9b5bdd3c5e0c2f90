import { readdirSync, rmSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { evaluationPipeline } from '../../pipeline/pipeline.ts'
import { imagesIn } from '../image-index/split-index.ts'
import { thumbnails } from '../../pipeline/preview/thumbnails.ts'
import { batchesOf } from '../../pipeline/testing/batches.ts'
import { reportOf } from '../check/report.ts'
import { looseImages } from '../image-index/loose-images.ts'
import { openDataset } from '../image-index/open-index.ts'
import { picture, pixelsOf, put, raw, recipeOf, temporaryFolder } from '../testing/image-files.ts'

let folder: ReturnType<typeof temporaryFolder>
let root: string
beforeEach(() => {
  folder = temporaryFolder()
  root = `${folder.path}/data`
})
afterEach(() => folder.remove())

const SIZE = 32
const cache = () => `${folder.path}/cache`
const copies = () => readdirSync(`${cache()}/decoded`)
const open = () => openDataset(root, cache())

/** A picture of 32 x 32 in formats that TensorFlow does not decode, or not as they are. */
async function strangeFiles(seed: number): Promise<Record<string, Buffer>> {
  const image = picture(seed, SIZE, SIZE)
  const pixels = pixelsOf(seed, SIZE, SIZE)
  const turned = raw(pixels, SIZE, SIZE).rotate(270)
  return {
    'a.tif': await image.clone().tiff({ compression: 'lzw' }).toBuffer(),
    // Stored on its side: orientation 6 turns it back.
    'b.tiff': await sharp(await turned.raw().toBuffer(), { raw: { width: SIZE, height: SIZE, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .tiff({ compression: 'none' })
      .toBuffer(),
    'c.ppm': Buffer.concat([Buffer.from(`P6 ${SIZE} ${SIZE} 255\n`), pixels]),
    'd.webp': await image.clone().ensureAlpha(0.5).webp({ lossless: true, exact: true }).toBuffer(),
    'e.png': (await image.clone().png().toBuffer()).subarray(0, -12),
  }
}

describe('images that TensorFlow does not decode', () => {
  beforeEach(async () => {
    for (const [split, seed] of [
      ['train', 1],
      ['val', 2],
    ] as const) {
      for (const [name, content] of Object.entries(await strangeFiles(seed))) put(`${root}/${split}/x/${name}`, content)
      put(`${root}/${split}/x/z.png`, await picture(seed, SIZE, SIZE).png().toBuffer())
    }
  })

  it('are seen as the same picture in a format that it decodes', async () => {
    const { index } = await open()
    const { data } = recipeOf({ imageSize: SIZE, evaluationResize: SIZE })
    const { val } = index.splits
    expect([...val.paths].length).toBe(6)
    const [batch] = await batchesOf(
      (g) => evaluationPipeline(g, val, { root, batchSize: val.count, data, keepsBytes: true } as never),
      0,
      1,
    )
    const images = Array.from({ length: 6 }, (_, i) =>
      Array.from(batch!.images.slice(i * SIZE * SIZE * 3, (i + 1) * SIZE * SIZE * 3)),
    )
    for (const image of images) expect(image).toEqual(images[5])
    const small = await thumbnails(imagesIn(index, 'val'), { samples: [0, 1, 2, 3, 4, 5], size: SIZE })
    for (const thumbnail of small) expect(thumbnail).toEqual(small[5])
  })

  it('are counted, and told where their end is missing', async () => {
    const report = reportOf(await open())
    expect(report.details).toMatchObject({ copied: 10, turned: 2 })
    expect(report.details!.modes).toContainEqual({ name: 'TIFF', images: 4 })
    expect(report.details!.modes).toContainEqual({ name: 'PNM', images: 2 })
    expect(report.warnings).toContainEqual(
      '2 images lack their end and are read without it, first train/x/e.png: at most a twentieth of the pixels is missing, grey or black in its place.',
    )
    expect(report.unreadable).toEqual([])
  })

  it('are not decoded again, but where their copies were deleted', async () => {
    const first = await open()
    // The PNG that lacks its end has another content than the others.
    expect(copies().length).toBe(10)
    let decoded = 0
    const onProgress = (_: number, total: number) => (decoded = Math.max(decoded, total))
    await openDataset(root, cache(), { onProgress })
    expect(decoded).toBe(0)
    rmSync(`${cache()}/decoded/${copies()[0]!}`)
    const again = await openDataset(root, cache(), { onProgress })
    expect(decoded).toBe(1)
    expect(copies().length).toBe(10)
    expect(again.index).toEqual(first.index)
  })

  it('are predicted too', async () => {
    const { index, unreadable } = await looseImages([`${root}/val`], cache(), () => undefined)
    expect([index.count, unreadable]).toEqual([6, []])
    expect((await looseImages([`${root}/val/x/a.tif`], cache(), () => undefined)).index.count).toBe(1)
  })
})

it("a JPEG in CMYK without Adobe's marker is seen as the one with it, as viewers show it", async () => {
  const marked = await picture(1, SIZE, SIZE).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
  const at = marked.indexOf(Buffer.of(0xff, 0xee))
  const bare = Buffer.concat([marked.subarray(0, at), marked.subarray(at + 2 + marked.readUInt16BE(at + 2))])
  for (const split of ['train', 'val']) {
    put(`${root}/${split}/x/bare.jpg`, bare)
    put(`${root}/${split}/x/marked.jpg`, marked)
  }
  const opened = await open()
  expect(reportOf(opened).details).toMatchObject({ copied: 2, modes: [{ name: 'JPEG CMYK', images: 4 }] })
  const [first, second] = await thumbnails(imagesIn(opened.index, 'val'), { samples: [0, 1], size: SIZE })
  expect(first).toEqual(second)
})

describe('an image without its end', () => {
  /** What is told of one file among good ones. */
  async function tellOf(name: string, content: Buffer) {
    for (const split of ['train', 'val'])
      for (let i = 0; i < 25; i++) put(`${root}/${split}/x/${i}.png`, await picture(i, 8, 8).png().toBuffer())
    put(`${root}/train/x/${name}`, content)
    const { index } = await open()
    return { reason: index.unreadable[0]?.reason, warning: index.warnings.find((text) => text.includes('end')), index }
  }
  const jpeg = () => picture(1, 320, 240).jpeg().toBuffer()
  const png = () => picture(1, 320, 240).png({ adaptiveFiltering: true }).toBuffer()

  it.each([
    ['a JPEG without its last marker', jpeg, -2],
    ['a JPEG without its last 12 bytes', jpeg, -12],
    [
      'a progressive JPEG without its last marker',
      () => picture(1, 320, 240).jpeg({ progressive: true }).toBuffer(),
      -2,
    ],
    ['a PNG without IEND', png, -12],
    ["a PNG without IEND's checksum", png, -4],
    ['a PNG without the end of its last pixels', png, -40],
    ['an interlaced PNG without IEND', () => picture(1, 321, 240).png({ progressive: true }).toBuffer(), -12],
  ])('%s is read', async (_, make, end) => {
    const { reason, warning, index } = await tellOf('cut', (await make()).subarray(0, end))
    expect(reason).toBeUndefined()
    expect(warning).toMatch(/^1 image lacks its end and is read without it, first train\/x\/cut: /)
    expect(index.splits.train.count).toBe(26)
  })

  it.each([
    ['JPEG', jpeg],
    ['PNG', png],
  ])('of a %s too much is missing where it is cut in the middle', async (name, make) => {
    const whole = await make()
    const { reason, warning } = await tellOf('cut', whole.subarray(0, whole.length / 2))
    expect(reason).toMatch(new RegExp(`^truncated ${name}: [3-6]\\d % of its pixels are missing$`))
    expect(warning).toBeUndefined()
  })
})

describe('pictures with 16 bits', () => {
  const deep = (most: number) =>
    sharp(
      Uint16Array.from(pixelsOf(3, 20, 20), (value) => (value / 255) * most),
      {
        raw: { width: 20, height: 20, channels: 3 },
      },
    ).toColourspace('rgb16')

  it.each([
    ['png', 4095, 12],
    ['png', 255, 8],
    ['tif', 1023, 10],
  ] as const)('that use few of them, in a .%s up to %i, are told', async (format, most, bits) => {
    for (const split of ['train', 'val']) {
      const image = deep(most)
      put(
        `${root}/${split}/x/a.${format}`,
        await (format === 'png' ? image.png() : image.tiff({ compression: 'lzw' })).toBuffer(),
      )
    }
    expect((await open()).index.warnings).toContainEqual(
      expect.stringMatching(new RegExp(`^2 images with 16 bits use ${bits} of them at most, first train/x/a\\.`)),
    )
  })

  it('that use them are not', async () => {
    for (const split of ['train', 'val']) put(`${root}/${split}/x/a.png`, await deep(65_535).png().toBuffer())
    expect((await open()).index.warnings.join()).not.toContain('16 bits')
  })
})

it('transparency is counted where only a palette or a flag tells of it', async () => {
  const clear = sharp(
    Buffer.from(pixelsOf(1, 20, 20, 4).map((value, i) => (i % 4 === 3 ? (value > 128 ? 255 : 0) : value))),
    {
      raw: { width: 20, height: 20, channels: 4 },
    },
  )
  for (const split of ['train', 'val']) {
    put(`${root}/${split}/x/a.png`, await clear.clone().png({ palette: true }).toBuffer())
    put(`${root}/${split}/x/b.gif`, await clear.clone().gif().toBuffer())
    put(`${root}/${split}/x/c.webp`, await clear.clone().webp().toBuffer())
    put(`${root}/${split}/x/d.gif`, await picture(1, 20, 20).gif().toBuffer())
  }
  const { modes } = reportOf(await open()).details!
  expect(modes.map(({ name }) => name).sort()).toEqual([
    'GIF',
    'GIF with transparency',
    'PNG palette with transparency',
    'WebP with transparency',
  ])
})
