import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StorageError } from '../../../shared/errors.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { openIndex } from '../../dataset/image-index/open-index.ts'
import { trainingPipeline } from '../pipeline.ts'
import { previewSamples } from '../preview/preview.ts'
import type { DatasetIndex } from '../../dataset/image-index/split-index.ts'
import { batchesOf, samplesOf } from '../testing/batches.ts'
import { pillowResize } from '../testing/pillow.ts'
import {
  nativeObjects,
  pixelsOf,
  put,
  putImage,
  raw,
  recipeOf,
  temporaryFolder,
} from '../../dataset/testing/image-files.ts'
import { openCache } from './open-cache.ts'
import { cacheKey, layoutOf } from './layout.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

const sizes = [
  [48, 36],
  [36, 60],
  [20, 16],
  [100, 24],
  [24, 24],
] as const
let index: DatasetIndex
beforeAll(async () => {
  const root = `${folder.path}/images`
  for (const [i, [width, height]] of sizes.entries())
    put(
      `${root}/train/a/${i}.png`,
      await raw(pixelsOf(i, width, height), width, height)
        .png()
        .toBuffer(),
    )
  for (let i = 0; i < 6; i++) await putImage(`${root}/train/b/${i}.jpg`, 10 + i, 50, 40)
  for (const name of 'ab') await putImage(`${root}/val/${name}/1.jpg`, 3)
  index = await openIndex(root, `${folder.path}/cache`)
})

const data = { imageSize: 16, evaluationResize: 24 }
const open = (
  cache: Recipe['data']['cache'],
  cacheFolder = `${folder.path}/cache`,
  onProgress?: (done: number) => void,
  onDamage?: (sentence: string) => void,
) =>
  openCache(index.splits.train, {
    ...{ root: index.root, data: recipeOf({ ...data, cache }).data, cacheFolder, onProgress, onDamage },
  })
const files = (cacheFolder: string) =>
  readdirSync(join(cacheFolder, 'pixels')).map((name) => join(cacheFolder, 'pixels', name))

/** Each pixel is the mean of what it covers, parts of pixels counting as parts. */
function areaScaled(
  pixels: Uint8Array,
  [w, h]: readonly [number, number],
  [toW, toH]: readonly [number, number],
): number[] {
  const weights = (i: number, from: number, to: number) =>
    Array.from(
      { length: from },
      (_, x) => Math.max(0, Math.min(x + 1, ((i + 1) * from) / to) - Math.max(x, (i * from) / to)) * (to / from),
    )
  return Array.from({ length: toW * toH * 3 }, (_, at) => {
    const [c, x, y] = [at % 3, Math.floor(at / 3) % toW, Math.floor(at / 3 / toW)]
    const [across, down] = [weights(x, w, toW), weights(y, h, toH)]
    let sum = 0
    for (let v = 0; v < h; v++) for (let u = 0; u < w; u++) sum += down[v]! * across[u]! * pixels[(v * w + u) * 3 + c]!
    return sum
  })
}

const batches = async (augment: Partial<Recipe['augment']>, cache: Awaited<ReturnType<typeof open>>) =>
  samplesOf(
    await batchesOf(
      (g) => {
        const recipe = recipeOf(data, augment)
        return trainingPipeline(g, index.splits.train, {
          root: index.root,
          seed: 1,
          batchSize: 4,
          classes: 2,
          data: recipe.data,
          augment: recipe.augment,
          cache,
        })
      },
      0,
      6,
    ),
  )

describe('the cache', () => {
  it('holds every image with its short side scaled, smaller ones as they are', async () => {
    const layout = layoutOf(index.splits.train, { evaluationResize: 24, channels: 3 })
    expect([...layout.sizes.widths].slice(0, 5)).toEqual([32, 24, 20, 100, 24])
    expect([...layout.sizes.heights].slice(0, 5)).toEqual([24, 40, 16, 24, 24])
    const cacheFolder = `${folder.path}/held`
    await open('disk', cacheFolder)
    const content = readFileSync(files(cacheFolder)[0]!)
    for (const [i, [width, height]] of sizes.entries()) {
      const [toW, toH] = [layout.sizes.widths[i]!, layout.sizes.heights[i]!]
      const found = content.subarray(layout.offsets[i], layout.offsets[i]! + toW * toH * 3)
      const wanted = areaScaled(pixelsOf(i, width, height), [width, height], [toW, toH])
      expect(Math.max(...wanted.map((value, at) => Math.abs(value - found[at]!)))).toBeLessThan(0.51)
    }
  })

  it.each(['bilinear-antialias', 'bicubic-antialias'] as const)(
    'holds them as the recipe resamples where that has a low-pass filter: %s',
    async (resample) => {
      const layout = layoutOf(index.splits.train, { evaluationResize: 24, channels: 3 })
      const cacheFolder = `${folder.path}/${resample}`
      const recipe = recipeOf({ ...data, resample, cache: 'disk' })
      await openCache(index.splits.train, { root: index.root, data: recipe.data, cacheFolder })
      const content = readFileSync(files(cacheFolder)[0]!)
      for (const [i, [width, height]] of sizes.entries()) {
        const [toW, toH] = [layout.sizes.widths[i]!, layout.sizes.heights[i]!]
        const found = content.subarray(layout.offsets[i], layout.offsets[i]! + toW * toH * 3)
        const wanted = pillowResize(
          { pixels: pixelsOf(i, width, height), width, height, channels: 3 },
          [toH, toW],
          resample,
        )
        expect(Math.max(...wanted.map((value, at) => Math.abs(value - found[at]!)))).toBeLessThanOrEqual(1)
      }
      const shown = await previewSamples({
        index,
        split: 'train',
        recipe: recipeOf({ ...data, resample, cache: 'disk' }, { crop: 'none', flip: 0 }),
        epoch: 0,
        samples: [0],
      })
      // Scaled once already: a crop of the cached image.
      const [left, top] = [(layout.sizes.widths[0]! - 16) / 2, (layout.sizes.heights[0]! - 16) / 2]
      const row = (y: number) => 3 * ((top + y) * layout.sizes.widths[0]! + left)
      const rows = Array.from({ length: 16 }, (_, y) => [...content.subarray(row(y), row(y) + 48)])
      expect([...shown[0]!.augmented]).toEqual(rows.flat())
    },
  )

  it('is nothing where the recipe has none', async () => {
    expect(await open('none')).toBeUndefined()
  })

  it('gives the same batches from memory and from disk, and the preview shows them', async () => {
    const augment = { policy: 'trivialaugment' as const }
    const before = nativeObjects()
    const memory = await open('memory')
    const fromMemory = await batches(augment, memory)
    memory!.dispose()
    expect(nativeObjects()).toEqual(before)
    expect(await batches(augment, await open('disk'))).toEqual(fromMemory)
    expect(await batches(augment, undefined)).not.toEqual(fromMemory)
    for (const cache of ['memory', 'disk'] as const) {
      const shown = await previewSamples({
        index,
        split: 'train',
        recipe: recipeOf({ ...data, cache }, augment),
        epoch: 0,
        samples: fromMemory.slice(0, 8).map(({ index: i }) => i),
      })
      expect(shown.map(({ augmented }) => augmented)).toEqual(fromMemory.slice(0, 8).map(({ pixels }) => pixels))
    }
  })

  it('crops from the scaled image', async () => {
    // Where nothing is scaled the cache changes nothing: of PNGs, since JPEG's colours at the edge of a window depend on what is beside it.
    const pngs = (samples: Awaited<ReturnType<typeof batches>>) => samples.filter(({ index: i }) => i < sizes.length)
    const cache = await openCache(index.splits.train, {
      root: index.root,
      data: recipeOf({ imageSize: 16, evaluationResize: 4000, cache: 'memory' }).data,
      cacheFolder: folder.path,
    })
    expect(pngs(await batches({}, cache))).toEqual(pngs(await batches({}, undefined)))
    cache!.dispose()
  })
})

describe('the cache file', () => {
  it('is made once for a dataset and a size', async () => {
    const cacheFolder = `${folder.path}/once`
    const told: number[] = []
    await open('disk', cacheFolder, (done) => told.push(done))
    const { ino } = statSync(files(cacheFolder)[0]!)
    expect(told).toEqual(Array.from({ length: index.splits.train.count }, (_, i) => i + 1))
    // It is read in one piece.
    await open('disk', cacheFolder, (done) => told.push(done))
    expect(told.slice(index.splits.train.count)).toEqual([index.splits.train.count])
    expect(statSync(files(cacheFolder)[0]!).ino).toBe(ino)
    await openCache(index.splits.train, {
      root: index.root,
      data: recipeOf({ ...data, evaluationResize: 20, cache: 'disk' }).data,
      cacheFolder,
    })
    const [first] = index.splits.train.mtimes
    const touched = {
      ...index.splits.train,
      mtimes: index.splits.train.mtimes.map((time, i) => (i === 0 ? first! + 1 : time)),
    }
    await openCache(touched, { root: index.root, data: recipeOf({ ...data, cache: 'disk' }).data, cacheFolder })
    expect(files(cacheFolder).length).toBe(3)
  })

  it('is another for each way to resample; that of bilinear has the name it had before there was a choice', () => {
    const keyOf = (resample: Recipe['data']['resample']) =>
      cacheKey(index.root, index.splits.train, { evaluationResize: 24, channels: 3, resample })
    const keys = (['bilinear', 'bilinear-antialias', 'bicubic-antialias'] as const).map(keyOf)
    expect(new Set(keys).size).toBe(3)
    const { count, paths, bytes, mtimes, heights, widths, kinds, split } = index.splits.train
    const hash = createHash('sha256')
    hash.update(JSON.stringify({ root: index.root, evaluationResize: 24, channels: 3, split }))
    for (let row = 0; row < count; row++) hash.update(paths.bytesAt(row)).update('\0')
    for (const column of [bytes, mtimes, heights, widths, kinds]) hash.update(column)
    expect(keys[0]).toBe(hash.digest('hex'))
  })

  it('is made again where it is cut short or damaged, and that is told', async () => {
    const cacheFolder = `${folder.path}/damaged`
    await open('disk', cacheFolder)
    const [file] = files(cacheFolder)
    const whole = readFileSync(file!)
    const damages = [
      () => truncateSync(file!, whole.length - 1),
      () => truncateSync(file!, 0),
      () => {
        const descriptor = openSync(file!, 'r+')
        writeSync(descriptor, Buffer.from('?'), 0, 1, whole.length - 200)
        closeSync(descriptor)
      },
      ...[0, 7 * 8 + 3, whole.length * 4].map((bit) => () => {
        const flipped = Buffer.from(whole)
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        writeFileSync(file!, flipped)
      }),
    ]
    for (const damage of damages) {
      damage()
      const told: string[] = []
      await open('disk', cacheFolder, undefined, (sentence) => told.push(sentence))
      expect(told).toEqual([`The file of cached images ${file} was damaged, and has been made again.`])
      expect(readFileSync(file!).equals(whole)).toBe(true)
    }
  })

  it('is made again, without a word, where another version made it', async () => {
    const cacheFolder = `${folder.path}/earlier`
    await open('disk', cacheFolder)
    const [file] = files(cacheFolder)
    const whole = readFileSync(file!)
    const pixels = whole.subarray(0, whole.length - 256)
    const { key, bytes } = JSON.parse(whole.subarray(pixels.length).toString()) as { key: string; bytes: number }
    const seal = JSON.stringify({ format: 1, key, bytes }).padEnd(255) + '\n'
    writeFileSync(file!, Buffer.concat([pixels, Buffer.from(seal)]))
    const told: string[] = []
    await open('disk', cacheFolder, undefined, (sentence) => told.push(sentence))
    expect(told).toEqual([])
    expect(readFileSync(file!).equals(whole)).toBe(true)
  })

  it('is not there when its making ends in the middle, and what a dead process left goes', async () => {
    const cacheFolder = `${folder.path}/ended`
    await expect(
      open('disk', cacheFolder, (done) => {
        if (done === 3) throw new Error('ended')
      }),
    ).rejects.toThrow('ended')
    expect(files(cacheFolder)).toEqual([])
    await open('disk', cacheFolder)
    const [file] = files(cacheFolder)
    truncateSync(file!, 10)
    // No process has this id: Linux gives none above 2 ** 22.
    writeFileSync(`${file}.4194999.unfinished`, 'x')
    await open('disk', cacheFolder)
    expect(files(cacheFolder)).toEqual([file])
    expect(statSync(file!).size).toBeGreaterThan(10)
  })

  it('names an image that is gone', async () => {
    const root = `${folder.path}/gone`
    for (const name of ['train/a/1.jpg', 'train/a/2.jpg', 'val/a/1.jpg']) await putImage(`${root}/${name}`, 1)
    const opened = await openIndex(root, `${folder.path}/cache`)
    put(
      `${root}/train/a/2.jpg`,
      await sharp(Buffer.from(pixelsOf(1, 9, 9)), { raw: { width: 9, height: 9, channels: 3 } })
        .jpeg()
        .toBuffer(),
    )
    utimesSync(`${root}/train/a/2.jpg`, 1, 1)
    const opening = openCache(opened.splits.train, {
      root,
      data: recipeOf({ ...data, cache: 'disk' }).data,
      cacheFolder: `${folder.path}/gone-cache`,
    })
    await expect(opening).rejects.toThrow(`${root}/train/a/2.jpg has changed since the dataset was checked`)
  })

  it('is refused where its folder cannot be made', async () => {
    writeFileSync(`${folder.path}/file`, '')
    await expect(open('disk', `${folder.path}/file`)).rejects.toThrow(StorageError)
    expect(existsSync(`${folder.path}/file/pixels`)).toBe(false)
  })
})
