import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { ATTEMPTS } from './augment/random-window.ts'
import { openIndex } from '../dataset/image-index/open-index.ts'
import { evaluationPipeline } from './pipeline.ts'
import { previewSamples } from './preview/preview.ts'
import { cropAndScale, largestDifference, type Picture } from './testing/bilinear.ts'
import { batchesOf, samplesOf } from './testing/batches.ts'
import { pillowResize, windowOf } from './testing/pillow.ts'
import { picture, pixelsOf, put, raw, recipeOf, temporaryFolder } from '../dataset/testing/image-files.ts'
import { uniformNumbers } from './testing/philox.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())
let folders = 0

/** A dataset whose validation and training images are these files, by name. */
async function datasetOf(files: Readonly<Record<string, Uint8Array>>) {
  const root = `${folder.path}/${folders++}`
  for (const split of ['train', 'val'])
    for (const [name, bytes] of Object.entries(files)) put(`${root}/${split}/a/${name}`, bytes)
  const index = await openIndex(root, `${folder.path}/cache`)
  expect(index.unreadable).toEqual([])
  return index
}

async function evaluated(files: Readonly<Record<string, Uint8Array>>, data: Partial<Recipe['data']>) {
  const index = await datasetOf(files)
  const batches = await batchesOf(
    (g) =>
      evaluationPipeline(g, index.splits.val, {
        root: index.root,
        batchSize: index.splits.val.count,
        data: recipeOf(data).data,
      }),
    0,
    1,
  )
  return new Map(
    samplesOf(batches).map(({ index: i, pixels }) => [index.splits.val.paths.at(i)!.replace('val/a/', ''), pixels]),
  )
}

const rgb = (seed: number, width: number, height: number): Picture => ({
  pixels: pixelsOf(seed, width, height),
  width,
  height,
  channels: 3,
})
const png = ({ pixels, width, height, channels }: Picture) =>
  raw(pixels, width, height, channels as 1 | 3 | 4)
    .png()
    .toBuffer()

/** The window of the evaluation transform: a centred square of the short side times a share. */
function centre({ width, height }: Picture, share: number): [number, number, number, number] {
  const side = Math.round(Math.min(width, height) * share)
  return [Math.floor((height - side) / 2), Math.floor((width - side) / 2), side, side]
}

describe('the evaluation transform', () => {
  it.each([
    [100, 60, 32, 37],
    [60, 100, 32, 37],
    [57, 57, 32, 32],
    [20, 31, 32, 40],
    [1, 1, 8, 8],
    [3, 200, 16, 16],
  ])(
    'of a %i x %i image to %i px from %i px is a bilinear scaling of its centre',
    async (width, height, imageSize, evaluationResize) => {
      const image = rgb(5, width, height)
      const share = imageSize / evaluationResize
      const pixels = (await evaluated({ 'x.png': await png(image) }, { imageSize, evaluationResize })).get('x.png')!
      expect(largestDifference(pixels, cropAndScale(image, centre(image, share), imageSize))).toBeLessThan(0.51)
    },
  )

  it.each(['bilinear-antialias', 'bicubic-antialias'] as const)(
    'scales its window as the recipe resamples: %s',
    async (resample) => {
      const image = rgb(5, 100, 61)
      const data = { imageSize: 32, evaluationResize: 37, resample }
      const pixels = (await evaluated({ 'x.png': await png(image) }, data)).get('x.png')!
      const wanted = pillowResize(windowOf(image, centre(image, 32 / 37)), [32, 32], resample)
      expect(largestDifference(pixels, wanted)).toBeLessThanOrEqual(1)
    },
  )

  it('keeps the pixels of an image that has the size already', async () => {
    const image = rgb(6, 24, 24)
    const found = await evaluated(
      { 'x.png': await png(image), 'wide.png': await png(rgb(7, 40, 24)) },
      { imageSize: 24, evaluationResize: 24 },
    )
    expect(found.get('x.png')).toEqual(image.pixels)
    expect(found.get('wide.png')).toEqual(Uint8Array.from(cropAndScale(rgb(7, 40, 24), [0, 8, 24, 24], 24)))
  })

  it('cuts the same out of a JPEG as of its decoded pixels', async () => {
    const jpeg = await picture(8, 90, 70).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
    const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
    const image = { pixels: data, ...info }
    const pixels = (await evaluated({ 'x.jpg': jpeg }, { imageSize: 32, evaluationResize: 40 })).get('x.jpg')!
    // Two JPEG decoders may round differently, before the scaling does.
    expect(largestDifference(pixels, cropAndScale(image, centre(image, 32 / 40), 32))).toBeLessThanOrEqual(2)
  })
})

describe('every kind of file', () => {
  const image = rgb(9, 32, 32)
  const size = { imageSize: 32, evaluationResize: 32 }
  const mixed = async () => {
    const source = () => raw(image.pixels, 32, 32)
    return {
      'colour.png': await png(image),
      'alpha.png': await source().ensureAlpha().png().toBuffer(),
      'deep.png': await source().toColourspace('rgb16').png().toBuffer(),
      'grey.png': await source().greyscale().png().toBuffer(),
      'colour.jpg': await source().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
      'grey.jpg': await source().greyscale().jpeg({ quality: 100 }).toBuffer(),
      'progressive.jpg': await source()
        .jpeg({ quality: 100, progressive: true, chromaSubsampling: '4:4:4' })
        .toBuffer(),
      'cmyk.jpg': await source().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
      'x.gif': await source().gif().toBuffer(),
    }
  }
  const meanDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length

  it('is decoded to colours, in one dataset', async () => {
    const found = await evaluated(await mixed(), size)
    expect(found.size).toBe(9)
    for (const name of ['colour.png', 'alpha.png', 'deep.png'])
      expect(largestDifference(found.get(name)!, image.pixels), name).toBeLessThanOrEqual(name === 'deep.png' ? 1 : 0)
    for (const name of ['colour.jpg', 'progressive.jpg'])
      expect(largestDifference(found.get(name)!, image.pixels), name).toBeLessThan(6)
    expect(meanDifference(found.get('x.gif')!, image.pixels)).toBeLessThan(12)
    for (const name of ['grey.png', 'grey.jpg']) {
      const pixels = found.get(name)!
      expect(pixels.every((value, i) => value === pixels[i - (i % 3)])).toBe(true)
    }
    // Ink is not light: the colours of CMYK need only be those of the picture roughly.
    expect(meanDifference(found.get('cmyk.jpg')!, image.pixels)).toBeLessThan(40)
  })

  it('is decoded to grey, in one dataset', async () => {
    const files = await mixed()
    const found = await evaluated(files, { ...size, channels: 1, mean: [0], std: [1] })
    const luma = Array.from(
      { length: 32 * 32 },
      (_, i) => 0.299 * image.pixels[3 * i]! + 0.587 * image.pixels[3 * i + 1]! + 0.114 * image.pixels[3 * i + 2]!,
    )
    for (const name of ['colour.jpg', 'progressive.jpg'])
      expect(largestDifference(found.get(name)!, luma), name).toBeLessThan(4)
    expect(found.get('grey.png')).toEqual(
      new Uint8Array(await sharp(files['grey.png']).extractChannel(0).raw().toBuffer()),
    )
    // PNG's own weights of the colours are those of sRGB.
    for (const name of ['colour.png', 'deep.png', 'x.gif'])
      expect(meanDifference(found.get(name)!, luma), name).toBeLessThan(20)
    expect(meanDifference(found.get('cmyk.jpg')!, luma)).toBeLessThan(40)
    for (const pixels of found.values()) expect(pixels.length).toBe(32 * 32)
  })
})

/** Top, left, height, width. */
type Window = [number, number, number, number]

describe('the training transform', () => {
  const names = Array.from({ length: 12 }, (_, i) => i)
  const images = names.map((i) => rgb(i, 20 + i, 33 - i))
  const open = async () =>
    datasetOf(
      Object.fromEntries(
        await Promise.all(
          images.map(async (image, i) => [`${String(i).padStart(2, '0')}.png`, await png(image)] as const),
        ),
      ),
    )

  it.each([
    ['bilinear', cropAndScale, 0.51],
    ...(['bilinear-antialias', 'bicubic-antialias'] as const).map(
      (resample) =>
        [
          resample,
          (image: Picture, window: Window, size: number) =>
            pillowResize(windowOf(image, window), [size, size], resample),
          1.01,
        ] as const,
    ),
  ] as const)('scales the window that the random numbers of the sample choose: %s', async (resample, wanted, least) => {
    const index = await open()
    const shown = await previewSamples({
      index,
      split: 'train',
      recipe: recipeOf(
        { imageSize: 8, evaluationResize: 8, resample },
        { flip: 0, area: [0.3, 0.3], aspect: [1, 1] },
        5,
      ),
      epoch: 3,
      samples: names,
    })
    for (const { index: i, augmented } of shown) {
      const { width, height } = images[i]!
      const numbers = uniformNumbers(5, 1, 3, i, 24)
      const side = Math.round(Math.sqrt(0.3 * width * height))
      const window: Window = [
        Math.floor(numbers[2 * ATTEMPTS]! * (height - side + 1)),
        Math.floor(numbers[2 * ATTEMPTS + 1]! * (width - side + 1)),
        side,
        side,
      ]
      expect(largestDifference(augmented, wanted(images[i]!, window, 8))).toBeLessThan(least)
    }
  })

  it('moves the padded picture by as much as they say', async () => {
    const index = await open()
    const [size, padding] = [16, 5]
    const shown = await previewSamples({
      index,
      split: 'train',
      recipe: recipeOf({ imageSize: size, evaluationResize: size }, { crop: 'pad-and-crop', padding, flip: 0 }, 6),
      epoch: 1,
      samples: names,
    })
    for (const { index: i, augmented, original } of shown) {
      const [top, left] = uniformNumbers(6, 1, 1, i, 24)
        .slice(2 * ATTEMPTS)
        .map((u) => Math.floor(u * (2 * padding + 1)) - padding) as [number, number]
      const inside = (at: number) => at >= 0 && at < size
      const moved = Uint8Array.from(original!, (_, at) => {
        const [c, x, y] = [at % 3, (Math.floor(at / 3) % size) + left, Math.floor(at / 3 / size) + top]
        return inside(x) && inside(y) ? original![(y * size + x) * 3 + c]! : 0
      })
      expect(augmented).toEqual(moved)
    }
  })
})
