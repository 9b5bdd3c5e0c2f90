import { rmSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openIndex } from '../../dataset/image-index/open-index.ts'
import { imagesIn, type DatasetIndex } from '../../dataset/image-index/split-index.ts'
import { idx } from '../../dataset/testing/containers.ts'
import { nativeObjects, picture, pixelsOf, put, raw, temporaryFolder } from '../../dataset/testing/image-files.ts'
import { thumbnails } from './thumbnails.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

let index: DatasetIndex
const gone = `${folder.path}/images/train/a/2.png`
beforeAll(async () => {
  const root = `${folder.path}/images`
  put(`${root}/train/a/0.jpg`, await picture(1, 300, 101).jpeg({ quality: 95 }).toBuffer())
  put(
    `${root}/train/a/1.png`,
    await raw(pixelsOf(2, 28, 20, 1), 28, 20, 1)
      .toColourspace('b-w')
      .png()
      .toBuffer(),
  )
  put(gone, await picture(3, 40, 40).png().toBuffer())
  put(`${root}/train/a/3.bmp.png`, await picture(4, 50, 200).png().toBuffer())
  put(`${root}/val/a/0.jpg`, await picture(5, 40, 30).jpeg().toBuffer())
  index = await openIndex(root, `${folder.path}/cache`)
  rmSync(gone)
})

const sizeOf = async (file: Uint8Array) =>
  (({ format, width, height, channels }) => ({ format, width, height, channels }))(await sharp(file).metadata())

it('fit into a square, are not larger than the image, and are empty where it is gone', async () => {
  const before = nativeObjects()
  const [wide, none, small, high] = await thumbnails(imagesIn(index, 'train'), { samples: [0, 2, 1, 3], size: 64 })
  // 101 * 64 / 300 = 21.5, and a half goes to the even number.
  expect(await sizeOf(wide!)).toEqual({ format: 'jpeg', width: 64, height: 22, channels: 3 })
  expect(none).toHaveLength(0)
  expect(await sizeOf(small!)).toMatchObject({ width: 28, height: 20 })
  expect(await sizeOf(high!)).toMatchObject({ width: 16, height: 64 })
  expect(nativeObjects()).toEqual(before)
})

it('show the picture', async () => {
  const [file] = await thumbnails(imagesIn(index, 'train'), { samples: [3], size: 100 })
  const shown = await sharp(file).raw().toBuffer()
  // Twice as large: each pixel is the mean of four.
  const pixels = pixelsOf(4, 50, 200)
  const mean = (x: number, y: number, c: number) =>
    [0, 1, 50, 51].reduce((sum, at) => sum + pixels[3 * (100 * y + 2 * x + at) + c]!, 0) / 4
  const differences = [...shown].map((value, i) =>
    Math.abs(value - mean(Math.floor(i / 3) % 25, Math.floor(i / 75), i % 3)),
  )
  expect(shown).toHaveLength(25 * 100 * 3)
  // JPEG's loss on this noise; other places of the image differ by tens.
  expect(differences.reduce((a, b) => a + b) / differences.length).toBeLessThan(6)
})

it('are made of raw pixels too', async () => {
  const root = `${folder.path}/digits`
  for (const [name, count] of [
    ['train', 3],
    ['t10k', 2],
  ] as const) {
    put(`${root}/${name}-images-idx3-ubyte`, idx([count, 28, 28], pixelsOf(6, 28, 28 * count, 1)))
    put(
      `${root}/${name}-labels-idx1-ubyte`,
      idx(
        [count],
        Uint8Array.from({ length: count }, (_, i) => i % 2),
      ),
    )
  }
  const digits = await openIndex(root, `${folder.path}/cache`)
  const [file] = await thumbnails(imagesIn(digits, 'val'), { samples: [1], size: 224 })
  expect(await sizeOf(file!)).toEqual({ format: 'jpeg', width: 28, height: 28, channels: 3 })
})

it('are refused where there is no such sample', async () => {
  expect(await thumbnails(imagesIn(index, 'val'), { samples: [], size: 64 })).toEqual([])
  await expect(thumbnails(imagesIn(index, 'val'), { samples: [1], size: 64 })).rejects.toThrow(
    'There is no sample 1 in val: choose one from 0 to 0.',
  )
})
