// As little as one can do in tf.data. crop: read, decode-and-crop, scale to 224 px, with windows drawn beforehand;
// decode: read and decode the whole image; cache: read the whole image from a raw cache.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomResizedCrop } from '../../engine/pipeline/augment/random-resized-crop.ts'
import { cachedSource } from '../../engine/pipeline/cache/pixel-cache.ts'
import { Dataset } from '../../engine/tensorflow/graph/tf-data.ts'
import { openCache } from '../../engine/pipeline/index.ts'
import { openIndex } from '../../engine/dataset/index.ts'
import { Session, Tensor } from '../../engine/tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../engine/tensorflow/graph/builder.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { BATCH, inputWorkload, timeBatches } from './input-rate.ts'

const SIZE = 224
const { folder, cores, seconds } = inputWorkload(1)
const [, , kind] = process.argv
const { data, augment } = parseRecipe({ data: { cache: 'disk' } })
const files = readdirSync(join(folder, 'train/a')).map((name) => join(folder, 'train/a', name))
const g = new GraphBuilder()
const positions = Dataset.range(g, g.constant(0, 'int64'), g.constant(Number.MAX_SAFE_INTEGER, 'int64'), 1)
const row = (f: GraphBuilder, position: Output) => f.op('FloorMod', [position, f.constant(files.length, 'int64')])
const gather = (f: GraphBuilder, column: Output, at: Output) => f.op('GatherV2', [column, at, f.constant(0, 'int32')])
/** Only that it is done counts. */
const checksum = (f: GraphBuilder, pixels: Output) => f.op('Size', [pixels])

async function windows(): Promise<number[]> {
  const [width, height] = folder.split('/').at(-1)!.split('x').map(Number) as [number, number]
  using h = new GraphBuilder()
  const uniform = (shape: number[]) =>
    h.op('RandomUniform', [h.constant(shape, 'int32')], { dtype: 'float64', seed: 1, seed2: 2 })
  const same = (value: number) =>
    h.constant(
      files.map(() => value),
      'float64',
    )
  const n = files.length
  const drawn = randomResizedCrop(
    h,
    { heights: same(height), widths: same(width) },
    { area: uniform([n, 10]), aspect: uniform([n, 10]), top: uniform([n]), left: uniform([n]) },
    augment,
  )
  using session = new Session(h.graph)
  const [fetched] = await session.run({ fetches: [drawn] })
  using tensor = fetched!
  return [...tensor.data<'int32'>()]
}

const filesOf = (f: GraphBuilder, position: Output) =>
  f.op('ReadFile', [gather(f, f.constantTensor(Tensor.strings([files.length], files)), row(f, position))])
const sum = { dtype: 'int32', shape: [] } as const
const cacheFolder = mkdtempSync(join(tmpdir(), 'anneal-bench-cache-'))

async function bareCrop(): Promise<Dataset> {
  const table = await windows()
  const f = g.defineFunction('crop', [{ dtype: 'int64', shape: [] }], (h, [position]) => {
    const window = gather(h, h.constant(table, 'int32', [files.length, 4]), row(h, position!))
    const pixels = h.op('DecodeAndCropJpeg', [filesOf(h, position!), window], {
      channels: 3,
      dct_method: 'INTEGER_ACCURATE',
    })
    const scaled = h.op(
      'ResizeBilinear',
      [h.op('ExpandDims', [pixels, h.constant(0, 'int32')]), h.constant([SIZE, SIZE], 'int32')],
      { half_pixel_centers: true },
    )
    return [
      h.op('Reshape', [
        h.op('Cast', [h.op('Round', [scaled])], { DstT: 'uint8' }),
        h.constant([SIZE, SIZE, 3], 'int32'),
      ]),
    ]
  })
  return positions.parallelMap({ f, components: [{ dtype: 'uint8', shape: [SIZE, SIZE, 3] }] }, cores)
}

const bareDecode = () =>
  positions.parallelMap(
    {
      f: g.defineFunction('decode', [{ dtype: 'int64', shape: [] }], (h, [position]) => [
        checksum(h, h.op('DecodeJpeg', [filesOf(h, position!)], { channels: 3, dct_method: 'INTEGER_ACCURATE' })),
      ]),
      components: [sum],
    },
    cores,
  )

async function bareCache(): Promise<Dataset> {
  const index = await openIndex(folder, cacheFolder)
  const cache = (await openCache(index.splits.train, { root: index.root, data, cacheFolder }))!
  const source = cachedSource(g, cache)
  const { heights, widths } = cache.sizes
  const f = g.defineFunction(
    'read',
    [{ dtype: 'int64', shape: [] }, source.shared!.component],
    (h, [position, all]) => {
      const columns = [
        h.constant([...cache.offsets], 'int64'),
        h.constant([...heights], 'int32'),
        h.constant([...widths], 'int32'),
      ]
      const pixels = source.read(
        h,
        columns.map((column) => gather(h, column, row(h, position!))),
        all,
      )
      return [h.op('Max', [pixels, h.constant([0, 1, 2], 'int32')])]
    },
  )
  return positions.parallelMap(
    { f, captured: [source.shared!.output], components: [{ dtype: 'uint8', shape: [] }] },
    cores,
  )
}

const dataset = kind === 'crop' ? await bareCrop() : kind === 'decode' ? bareDecode() : await bareCache()
const iterator = dataset.batch(BATCH, { dropRemainder: true }).prefetch(2).iterate()
const session = new Session(g.graph)
await session.run({ targets: [iterator.initialise] })
await timeBatches(() => session.run({ targets: [iterator.next] }), seconds)
rmSync(cacheFolder, { recursive: true })
process.exit()
