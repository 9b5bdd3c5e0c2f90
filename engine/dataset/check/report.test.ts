import { utimesSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataset } from '../image-index/open-index.ts'
import { philox4x32 } from '../../pipeline/testing/philox.ts'
import { picture, pixelsOf, put, raw, temporaryFolder } from '../testing/image-files.ts'
import { idx } from '../testing/containers.ts'
import { reportOf } from './report.ts'

let folder: ReturnType<typeof temporaryFolder>
let root: string
beforeEach(() => {
  folder = temporaryFolder()
  root = `${folder.path}/data`
})
afterEach(() => folder.remove())

const check = async () => reportOf(await openDataset(root, `${folder.path}/cache`, { describeRaw: true }))

/** Mean and standard deviation of images of the same weight, from the definition. */
function momentsOf(images: readonly Uint8Array[]): { mean: number[]; std: number[] } {
  const mean = [0, 1, 2].map(
    (c) => images.reduce((sum, pixels) => sum + average(pixels, c, (x) => x), 0) / images.length,
  )
  const std = mean.map((m, c) =>
    Math.sqrt(images.reduce((sum, pixels) => sum + average(pixels, c, (x) => (x - m) ** 2), 0) / images.length),
  )
  return { mean, std }
}

function average(pixels: Uint8Array, channel: number, value: (x: number) => number): number {
  const values = Array.from(
    pixels.filter((_, i) => i % 3 === channel),
    value,
  )
  return values.reduce((sum, x) => sum + x, 0) / values.length
}

describe('a report', () => {
  it('measures the colours of a JPEG as another decoder gives them', async () => {
    const files = await Promise.all([1, 2, 3].map((seed) => picture(seed, 64, 48).jpeg({ quality: 75 }).toBuffer()))
    files.forEach((file, i) => put(`${root}/train/a/${i}.jpg`, file))
    put(`${root}/val/a/0.jpg`, files[0])
    const expected = momentsOf(await Promise.all(files.map((file) => sharp(file).raw().toBuffer())))
    const { details } = await check()
    details!.mean.forEach((value, c) => expect(value).toBeCloseTo(expected.mean[c]!, 1))
    details!.std.forEach((value, c) => expect(value).toBeCloseTo(expected.std[c]!, 1))
  })

  it('counts, and measures sizes, colours and balance', async () => {
    const sizes = [
      [21, 13],
      [40, 30],
      [8, 9],
      [30, 30],
    ] as const
    for (const [i, [width, height]] of sizes.entries())
      put(
        `${root}/train/${i < 3 ? 'a' : 'b'}/${i}.png`,
        await raw(pixelsOf(i, width, height), width, height)
          .png()
          .toBuffer(),
      )
    put(`${root}/val/a/grey.jpg`, await picture(9, 12, 12).toColourspace('b-w').jpeg().toBuffer())
    put(`${root}/val/b/deep.png`, await picture(8, 50, 11).toColourspace('rgb16').png().toBuffer())
    put(`${root}/val/b/web.webp`, await picture(7, 60, 17).webp({ lossless: true }).toBuffer())
    put(`${root}/val/b/lossy.webp`, await picture(6, 60, 17).webp().toBuffer())
    const report = await check()
    expect(report).toMatchObject({
      root,
      classes: ['a', 'b'],
      splits: { train: { images: 4, perClass: [3, 1] }, val: { images: 4, perClass: [1, 3] } },
      unreadable: [],
    })
    const { details } = report
    expect(report).toMatchObject({ kind: 'image-folder', layout: 'folders of images', leftOut: [], passedOver: [] })
    expect(details).toMatchObject({
      widths: { least: 8, most: 60 },
      heights: { least: 9, most: 30 },
      imbalance: { largest: 'a', smallest: 'b', ratio: 3 },
    })
    expect(details!.modes).toEqual(
      expect.arrayContaining([
        { name: 'PNG RGB', images: 4 },
        { name: 'JPEG grey', images: 1 },
        { name: 'PNG RGB 16 bit', images: 1 },
        { name: 'WebP', images: 2 },
      ]),
    )
    const expected = momentsOf(sizes.map(([width, height], i) => pixelsOf(i, width, height)))
    details!.mean.forEach((value, c) => expect(value).toBeCloseTo(expected.mean[c]!, 1))
    details!.std.forEach((value, c) => expect(value).toBeCloseTo(expected.std[c]!, 1))
  })

  it('finds copies, near copies and what lies in both splits', async () => {
    const photo = (seed: number) =>
      raw(
        Uint8Array.from({ length: 3 * 72 }, (_, i) => philox4x32([i, seed, 0, 0], [0, 0])[0] % 256),
        9,
        8,
      ).resize(135, 96, { fit: 'fill' })
    const bytes = await photo(1).jpeg({ quality: 90 }).toBuffer()
    put(`${root}/train/a/one.jpg`, bytes)
    put(`${root}/train/b/one-again.jpg`, bytes)
    put(
      `${root}/val/a/two-small.jpg`,
      await raw(await photo(2).raw().toBuffer(), 135, 96)
        .resize(90, 64)
        .jpeg({ quality: 70 })
        .toBuffer(),
    )
    put(`${root}/train/a/two.png`, await photo(2).png().toBuffer())
    put(`${root}/train/b/three.png`, await photo(3).png().toBuffer())
    put(`${root}/val/b/three-dark.png`, await photo(3).linear(0.5, 0).png().toBuffer())
    for (let i = 4; i < 12; i++) put(`${root}/train/b/${i}.jpg`, await photo(i).jpeg().toBuffer())
    const { exactDuplicates, nearDuplicates } = (await check()).details!
    const names = (groups: typeof exactDuplicates) => groups.examples.map((group) => group.map(({ file }) => file))
    expect(exactDuplicates).toMatchObject({ groups: 1, images: 2, acrossSplits: 0, acrossClasses: 1 })
    expect(names(exactDuplicates)).toEqual([['train/a/one.jpg', 'train/b/one-again.jpg']])
    expect(nearDuplicates).toMatchObject({ groups: 1, images: 2, acrossSplits: 1, acrossClasses: 0 })
    expect(names(nearDuplicates)).toEqual([['train/a/two.png', 'val/a/two-small.jpg']])
    expect(nearDuplicates.examples[0]!.map(({ split, label }) => [split, label])).toEqual([
      ['train', 0],
      ['val', 0],
    ])
  })

  it('describes raw images too', async () => {
    const grey = Uint8Array.from({ length: 6 * 64 }, (_, i) => (i * 37) % 251)
    grey.copyWithin(4 * 64, 0, 64)
    put(`${root}/train-images-idx3-ubyte`, idx([4, 8, 8], grey.subarray(0, 256)))
    put(`${root}/train-labels-idx1-ubyte`, idx([4], Uint8Array.of(0, 1, 0, 1)))
    put(`${root}/t10k-images-idx3-ubyte`, idx([2, 8, 8], grey.subarray(256)))
    put(`${root}/t10k-labels-idx1-ubyte`, idx([2], Uint8Array.of(0, 1)))
    const { details, kind } = await check()
    expect(kind).toBe('idx')
    expect(details).toMatchObject({
      modes: [{ name: 'raw grey', images: 6 }],
      widths: { least: 8, median: 8, most: 8 },
    })
    expect(details!.mean[0]).toBeCloseTo(grey.subarray(0, 256).reduce((sum, x) => sum + x, 0) / 256, 1)
    expect(details!.exactDuplicates).toMatchObject({ groups: 1, acrossSplits: 1 })
    expect(details!.exactDuplicates.examples[0]!.map(({ file }) => file)).toEqual([
      'train-images-idx3-ubyte#0',
      't10k-images-idx3-ubyte#0',
    ])
  })

  it('of raw images is remembered until their file changes', async () => {
    const images = (seed: number) => idx([40, 8, 8], pixelsOf(seed, 8, 8 * 40, 1))
    put(`${root}/train-images-idx3-ubyte`, images(1))
    put(
      `${root}/train-labels-idx1-ubyte`,
      idx(
        [40],
        Uint8Array.from({ length: 40 }, (_, i) => i % 2),
      ),
    )
    let decoded = 0
    const checked = async () => {
      decoded = 0
      const opened = await openDataset(root, `${folder.path}/cache`, {
        describeRaw: true,
        onProgress: (_, total) => (decoded = total),
      })
      const { details, heldOut } = reportOf(opened)
      return [decoded, { ...details!, heldOut }] as const
    }
    const [first, before] = await checked()
    expect([first, before.heldOut]).toEqual([40, { validationShare: 0.1, splitSeed: 1 }])
    expect(await checked()).toEqual([0, before])
    await openDataset(root, `${folder.path}/cache`)
    expect(await checked()).toEqual([0, before])
    put(`${root}/train-images-idx3-ubyte`, images(2))
    utimesSync(`${root}/train-images-idx3-ubyte`, 1e9, 1e9)
    const [again, after] = await checked()
    expect(again).toBe(40)
    expect(after.mean).not.toEqual(before.mean)
  })
})

it('the difference hash is that of its definition', async () => {
  const pixels = pixelsOf(5, 45, 32)
  put(`${root}/train/a/x.png`, await raw(pixels, 45, 32).png().toBuffer())
  put(
    `${root}/val/a/y.png`,
    await sharp(pixels, { raw: { width: 45, height: 32, channels: 3 } })
      .flop()
      .png()
      .toBuffer(),
  )
  const { examined } = await openDataset(root, `${folder.path}/cache`)
  // 9 x 8 cells of 5 x 4 pixels, whole: no pixel is shared.
  const cell = (x: number, y: number) => {
    let sum = 0
    for (let v = 4 * y; v < 4 * y + 4; v++)
      for (let u = 5 * x; u < 5 * x + 5; u++)
        sum +=
          0.299 * pixels[3 * (45 * v + u)]! +
          0.587 * pixels[3 * (45 * v + u) + 1]! +
          0.114 * pixels[3 * (45 * v + u) + 2]!
    return sum / 20
  }
  let expected = 0n
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) if (cell(x, y) + 0.5 < cell(x + 1, y)) expected |= 1n << BigInt(8 * y + x)
  expect(examined.looks[0]).toBe(expected)
  expect(examined.looks[1]).not.toBe(expected)
})
