import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { openIndex } from '../dataset/image-index/open-index.ts'
import { pixelsOf, put, raw, recipeOf, temporaryFolder } from '../dataset/testing/image-files.ts'
import { evaluationPipeline, trainingPipeline } from './pipeline.ts'
import { openCache } from './cache/open-cache.ts'
import { imagesIn } from '../dataset/image-index/split-index.ts'
import { thumbnails } from './preview/thumbnails.ts'
import { batchesOf, samplesOf } from './testing/batches.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())
let folders = 0

const [WIDTH, HEIGHT] = [40, 24]
const stored = (seed: number) => raw(pixelsOf(seed, WIDTH, HEIGHT), WIDTH, HEIGHT)
type Format = 'png' | 'webp' | 'jpeg'

/** The same pixels in a file that notes an orientation. */
const file = (seed: number, format: Format, orientation: number) =>
  stored(seed)
    .withMetadata({ orientation })
    .toFormat(format, { lossless: true, quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer()

/** What sharp makes of a file: libvips applies the orientation. */
async function asViewed(bytes: Uint8Array, format: Format) {
  // Of a JPEG two decoders may round differently.
  const { data, info } = await sharp(bytes).rotate().removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { pixels: new Uint8Array(data), width: info.width, height: info.height, tolerance: format === 'jpeg' ? 3 : 0 }
}

async function indexOf(files: Readonly<Record<string, Uint8Array>>) {
  const root = `${folder.path}/${folders++}`
  for (const split of ['train', 'val'])
    for (const [name, bytes] of Object.entries(files)) put(`${root}/${split}/a/${name}`, bytes)
  return await openIndex(root, `${folder.path}/cache`)
}

/** A window of pixels, row-major RGB. */
function cut(pixels: Uint8Array, width: number, [top, left, height, side]: readonly [number, number, number, number]) {
  const rows = Array.from({ length: height }, (_, y) =>
    pixels.subarray(3 * ((top + y) * width + left), 3 * ((top + y) * width + left + side)),
  )
  return Uint8Array.from(rows.flatMap((row) => [...row]))
}
const difference = (a: Uint8Array, b: Uint8Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

describe.each(['png', 'webp', 'jpeg'] as const)('the orientation of a %s', (format) => {
  it('is applied to the size and to the pixels of every window', async () => {
    const files = Object.fromEntries(
      await Promise.all(
        [1, 2, 3, 4, 5, 6, 7, 8].map(async (i) => [`${i}.${format}`, await file(i, format, i)] as const),
      ),
    )
    const index = await indexOf(files)
    const { val } = index.splits
    const data = recipeOf({ imageSize: 16, evaluationResize: HEIGHT }).data
    const batches = await batchesOf((g) => evaluationPipeline(g, val, { root: index.root, batchSize: 8, data }), 0, 1)
    for (const { index: i, pixels } of samplesOf(batches)) {
      const seen = await asViewed(files[`${i + 1}.${format}`]!, format)
      expect([val.widths[i], val.heights[i]]).toEqual([seen.width, seen.height])
      const window = [(seen.height - 16) / 2, (seen.width - 16) / 2, 16, 16] as const
      expect(difference(pixels, cut(seen.pixels, seen.width, window))).toBeLessThanOrEqual(seen.tolerance)
    }
  })

  it('is applied in thumbnails, training and the cache alike', async () => {
    const bytes = await file(1, format, 6)
    const files = { [`turned.${format}`]: bytes, 'upright.png': await sharp(bytes).rotate().png().toBuffer() }
    const index = await indexOf(files)
    const [turned, upright] = await thumbnails(imagesIn(index, 'val'), { samples: [0, 1], size: 32 })
    const shown = await Promise.all(
      [turned!, upright!].map((jpeg) => sharp(jpeg).raw().toBuffer({ resolveWithObject: true })),
    )
    expect(shown[0]!.info).toMatchObject({ width: shown[1]!.info.width, height: shown[1]!.info.height })
    expect(difference(shown[0]!.data, shown[1]!.data)).toBeLessThanOrEqual(format === 'jpeg' ? 6 : 0)
    const recipe = recipeOf({ imageSize: 16, evaluationResize: 24 }, { crop: 'none', flip: 0 })
    const options = { root: index.root, batchSize: 2, data: recipe.data, augment: recipe.augment, seed: 1, classes: 1 }
    using cache = await cacheOf(index)
    for (const more of [{}, { cache: cache.cache }]) {
      const batches = await batchesOf((g) => trainingPipeline(g, index.splits.train, { ...options, ...more }), 0, 1)
      const [a, b] = samplesOf(batches).sort((x, y) => x.index - y.index)
      expect(difference(a!.pixels, b!.pixels)).toBeLessThanOrEqual(format === 'jpeg' ? 3 : 0)
    }
  })
})

async function cacheOf(index: Awaited<ReturnType<typeof indexOf>>) {
  const data = recipeOf({ imageSize: 16, evaluationResize: 24, cache: 'memory' }).data
  const cache = await openCache(index.splits.train, {
    root: index.root,
    data,
    cacheFolder: `${folder.path}/cache`,
    onProgress: () => undefined,
  })
  return { cache, [Symbol.dispose]: () => cache?.dispose() }
}
