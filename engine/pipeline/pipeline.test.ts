import { rmSync, truncateSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatasetError, TensorFlowError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { Session, type Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { openIndex } from '../dataset/image-index/open-index.ts'
import { evaluationPipeline, trainingPipeline } from './pipeline.ts'
import { previewSamples } from './preview/preview.ts'
import type { DatasetIndex } from '../dataset/image-index/split-index.ts'
import { batchesOf, fetchBatch, samplesOf } from './testing/batches.ts'
import { nativeObjects, picture, put, putImage, recipeOf, temporaryFolder } from '../dataset/testing/image-files.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

let index: DatasetIndex
/** 21 training images of different sizes, some of them PNG. */
beforeAll(async () => {
  const root = `${folder.path}/images`
  for (let i = 0; i < 21; i++)
    await putImage(
      `${root}/train/${'abc'[i % 3]}/${i}.${i % 4 === 0 ? 'png' : 'jpg'}`,
      i,
      30 + 3 * (i % 5),
      41 - 2 * (i % 7),
    )
  for (let i = 0; i < 7; i++) await putImage(`${root}/val/${'abc'[i % 3]}/${i}.jpg`, 100 + i)
  put(`${root}/val/c/grey.png`, await picture(9, 50, 20).greyscale().png().toBuffer())
  index = await openIndex(root, `${folder.path}/cache`)
})

interface Options {
  augment?: Partial<Recipe['augment']>
  batchSize?: number
  seed?: number
  parallelCalls?: number
}
const data = { imageSize: 16, evaluationResize: 18 }

const training =
  ({ augment = {}, batchSize = 5, seed = 1, parallelCalls }: Options = {}) =>
  (g: GraphBuilder) => {
    const recipe = recipeOf(data, augment)
    return trainingPipeline(g, index.splits.train, {
      root: index.root,
      seed,
      batchSize,
      parallelCalls,
      classes: 3,
      data: recipe.data,
      augment: recipe.augment,
    })
  }
const evaluating =
  (batchSize = 3) =>
  (g: GraphBuilder) =>
    evaluationPipeline(g, index.splits.val, { root: index.root, batchSize, data: recipeOf(data).data })

const modes: Partial<Recipe['augment']>[] = [
  { crop: 'random-resized' },
  { crop: 'pad-and-crop' },
  { crop: 'none', flip: 0 },
  { policy: 'randaugment', verticalFlip: 0.5, brightness: 0.4, saturation: 0.4, hue: 0.1, erasing: 0.5 },
  { crop: 'pad-and-crop', policy: 'trivialaugment', contrast: 0.4 },
]

describe('the training pipeline', () => {
  it('gives whole batches of uint8 with static shapes, epoch after epoch', async () => {
    using g = new GraphBuilder()
    const pipeline = training()(g)
    expect(pipeline).toMatchObject({ samplesPerEpoch: 20, stepsPerEpoch: 4 })
    expect(
      [pipeline.images, pipeline.labels, pipeline.indices].map((output) => [g.dtypeOf(output), g.shapeOf(output)]),
    ).toEqual([
      ['uint8', [5, 16, 16, 3]],
      ['int32', [5]],
      ['int64', [5]],
    ])
    const samples = samplesOf(await batchesOf(training(), 0, 12))
    for (const epoch of [0, 1, 2])
      expect(new Set(samples.slice(20 * epoch, 20 * epoch + 20).map(({ index: i }) => i)).size).toBe(20)
    for (const sample of samples) expect(sample.label).toBe(index.splits.train.labels[sample.index])
  })

  it.each(modes)('is the same whatever the threads, and from wherever it begins: %j', async (augment) => {
    const whole = samplesOf(await batchesOf(training({ augment, parallelCalls: 1 }), 0, 9))
    expect(samplesOf(await batchesOf(training({ augment, parallelCalls: 8 }), 0, 9))).toEqual(whole)
    for (const position of [5, 15, 20, 35])
      expect(samplesOf(await batchesOf(training({ augment }), position, 2))).toEqual(
        whole.slice(position, position + 10),
      )
    expect(samplesOf(await batchesOf(training({ augment }), 3, 1))).toEqual(whole.slice(3, 8))
  })

  it('does not depend on how samples are batched', async () => {
    const single = samplesOf(await batchesOf(training({ batchSize: 1 }), 0, 21))
    const byIndex = new Map(single.map((sample) => [sample.index, sample]))
    for (const sample of samplesOf(await batchesOf(training({ batchSize: 7 }), 0, 3)))
      expect(sample).toEqual(byIndex.get(sample.index))
  })

  it('goes on beyond a chunk and far into a run', async () => {
    const position = 20 * 1_000_000
    const samples = samplesOf(await batchesOf(training(), position - 10, 60))
    expect(new Set(samples.slice(10, 30).map(({ index: i }) => i)).size).toBe(20)
    expect(samplesOf(await batchesOf(training(), position + 280, 2))).toEqual(samples.slice(290, 300))
  })

  it('differs by epoch and by seed', async () => {
    const pixelsAt = (samples: ReturnType<typeof samplesOf>) =>
      new Map(samples.map(({ index: i, pixels }) => [i, pixels.join()]))
    const stream = samplesOf(await batchesOf(training({ batchSize: 7 }), 0, 6))
    const [first, second] = [stream.slice(0, 21), stream.slice(21)]
    const other = samplesOf(await batchesOf(training({ batchSize: 7, seed: 2 }), 0, 3))
    expect(second.map(({ index: i }) => i)).not.toEqual(first.map(({ index: i }) => i))
    expect(other.map(({ index: i }) => i)).not.toEqual(first.map(({ index: i }) => i))
    for (const [i, pixels] of pixelsAt(first)) {
      expect(pixelsAt(second).get(i)).not.toBe(pixels)
      expect(pixelsAt(other).get(i)).not.toBe(pixels)
    }
  })

  it('refuses a batch larger than the split', () => {
    using g = new GraphBuilder()
    expect(() => training({ batchSize: 22 })(g)).toThrow(DatasetError)
    expect(() => training({ batchSize: 22 })(g)).toThrow('A batch has 22 images')
    expect(() => training({ batchSize: 22 })(g)).toThrow('has only 21 in train')
  })

  it('tells how long a batch was waited for', async () => {
    using g = new GraphBuilder()
    const pipeline = training()(g)
    using session = new Session(g.graph)
    await pipeline.start(session, 0)
    const began = performance.now()
    const [waited, labels] = (await session.run({ fetches: [pipeline.dataWait, pipeline.labels] })) as [Tensor, Tensor]
    const seconds = (performance.now() - began) / 1000
    expect(waited.item()).toBeGreaterThan(0)
    expect(waited.item()).toBeLessThan(seconds)
    waited.dispose()
    labels.dispose()
  })
})

describe('the evaluation pipeline', () => {
  it('gives every image once, in order, the last batch smaller, and again after another start', async () => {
    using g = new GraphBuilder()
    const pipeline = evaluating()(g)
    expect(pipeline).toMatchObject({ samplesPerEpoch: 8, stepsPerEpoch: 3 })
    using session = new Session(g.graph)
    const rounds = []
    for (let round = 0; round < 2; round++) {
      await pipeline.start(session, 0)
      rounds.push([
        await fetchBatch(session, pipeline),
        await fetchBatch(session, pipeline),
        await fetchBatch(session, pipeline),
      ])
      await expect(fetchBatch(session, pipeline)).rejects.toMatchObject({ code: 'OUT_OF_RANGE' })
    }
    expect(rounds[0]!.map(({ indices }) => indices)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
    ])
    expect(samplesOf(rounds[0]!).map(({ label }) => label)).toEqual([...index.splits.val.labels])
    expect(rounds[1]).toEqual(rounds[0])
  })

  it('may share a graph and a session with training', async () => {
    using g = new GraphBuilder()
    const [a, b] = [training()(g), evaluating()(g)]
    using session = new Session(g.graph)
    await a.start(session, 0)
    await b.start(session, 0)
    const alone = await batchesOf(training(), 0, 2)
    expect(await fetchBatch(session, a)).toEqual(alone[0])
    expect((await fetchBatch(session, b)).indices).toEqual([0, 1, 2])
    expect(await fetchBatch(session, a)).toEqual(alone[1])
  })

  it('ends when there are more images than a chunk', async () => {
    const root = `${folder.path}/many`
    const png = await picture(1, 5, 5).png().toBuffer()
    put(`${root}/train/a/1.png`, png)
    for (let i = 0; i < 300; i++) put(`${root}/val/a/${i}.png`, png)
    const many = await openIndex(root, `${folder.path}/cache`)
    const batches = await batchesOf(
      (g) => evaluationPipeline(g, many.splits.val, { root, batchSize: 128, data: recipeOf(data).data }),
      0,
      3,
    )
    expect(batches.flatMap(({ indices }) => indices)).toEqual(Array.from({ length: 300 }, (_, i) => i))
  })
})

describe('the preview', () => {
  it.each(modes)('shows what training is fed, byte for byte: %j', async (augment) => {
    const fed = samplesOf(await batchesOf(training({ augment, seed: 7 }), 40, 4))
    const samples = fed.map(({ index: i }) => i)
    const shown = await previewSamples({ index, split: 'train', recipe: recipeOf(data, augment, 7), epoch: 2, samples })
    expect(shown.map(({ index: i, label, augmented }) => ({ index: i, label, pixels: augmented }))).toEqual(fed)
    expect(shown[0]).toMatchObject({ height: 16, width: 16, channels: 3 })
  })

  it('shows beside it what evaluation is fed', async () => {
    const fed = samplesOf(await batchesOf(evaluating(8), 0, 1))
    const shown = await previewSamples({ index, split: 'val', recipe: recipeOf(data), epoch: 0, samples: [6, 0, 6] })
    expect(shown.map(({ original }) => original)).toEqual([6, 0, 6].map((i) => fed[i]!.pixels))
    expect(await previewSamples({ index, split: 'val', recipe: recipeOf(data), epoch: 0, samples: [] })).toEqual([])
    for (const sample of [-1, 8, 0.5])
      await expect(
        previewSamples({ index, split: 'val', recipe: recipeOf(data), epoch: 0, samples: [sample] }),
      ).rejects.toThrow(`There is no sample ${sample} in val: choose one from 0 to 7.`)
  })
})

describe('flips', () => {
  const flipped = (pixels: Uint8Array) =>
    Uint8Array.from(pixels, (_, i) => pixels[i - (i % 48) + 45 - 3 * Math.floor((i % 48) / 3) + (i % 3)]!)
  const previews = async (flip: number, epoch = 0) =>
    await previewSamples({
      index,
      split: 'train',
      recipe: recipeOf(data, { crop: 'none', flip }),
      epoch,
      samples: [...index.splits.train.paths].map((_, i) => i),
    })

  it('are mirror images, always or never where the recipe says so', async () => {
    for (const { augmented, original } of await previews(1)) expect(augmented).toEqual(flipped(original!))
    for (const { augmented, original } of await previews(0)) expect(augmented).toEqual(original)
  })

  it('happen as often as the recipe says', async () => {
    let count = 0
    for (let epoch = 0; epoch < 20; epoch++)
      for (const { augmented, original } of await previews(0.3, epoch))
        count += Number(augmented.join() !== original!.join())
    // 420 draws: 126 on average, with a standard deviation of 9.4.
    expect(count).toBeGreaterThan(126 - 5 * 9.4)
    expect(count).toBeLessThan(126 + 5 * 9.4)
  })
})

describe('an image that cannot be read any more', () => {
  const failing = async (damage: (file: string) => Promise<void> | void) => {
    const root = `${folder.path}/failing`
    for (const split of ['train', 'val']) for (let i = 0; i < 4; i++) await putImage(`${root}/${split}/a/${i}.jpg`, i)
    const opened = await openIndex(root, `${folder.path}/cache`)
    await damage(`${root}/train/a/2.jpg`)
    using g = new GraphBuilder()
    const recipe = recipeOf(data)
    const pipeline = trainingPipeline(g, opened.splits.train, {
      root,
      seed: 1,
      batchSize: 4,
      classes: 1,
      data: recipe.data,
      augment: recipe.augment,
    })
    using session = new Session(g.graph)
    await pipeline.start(session, 0)
    const error: unknown = await fetchBatch(session, pipeline).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TensorFlowError)
    const explained = (await pipeline.explain(error)) as Error
    expect(explained).toBeInstanceOf(DatasetError)
    expect(explained.cause).toBe(error)
    return explained.message
  }
  const advice = 'run "anneal datasets check" to see what is wrong with the dataset, then start again.'

  it('is named, with what has become of it', async () => {
    const file = `${folder.path}/failing/train/a/2.jpg`
    expect(await failing((path) => rmSync(path))).toBe(
      `${file} cannot be read any more (the file is missing); ${advice}`,
    )
    expect(await failing((path) => truncateSync(path, 300))).toBe(
      `${file} cannot be read any more (truncated or damaged JPEG); ${advice}`,
    )
    expect(await failing((path) => truncateSync(path, 0))).toContain(`${file} cannot be read any more`)
    expect(await failing((path) => putImage(path, 1, 5, 5))).toBe(
      `${file} has changed since the dataset was checked; ${advice}`,
    )
  })

  it('is not blamed for other errors', async () => {
    using g = new GraphBuilder()
    const pipeline = training()(g)
    for (const error of [
      new Error('other'),
      new TensorFlowError('INVALID_ARGUMENT', 'Nan in {{node train/loss}}', 'TF_SessionRun'),
      new TensorFlowError('OUT_OF_RANGE', 'End', 'x'),
    ])
      expect(await pipeline.explain(error)).toBe(error)
  })
})

it('frees everything native', async () => {
  const before = nativeObjects()
  await batchesOf(training(), 0, 3)
  await batchesOf(evaluating(), 0, 3)
  await previewSamples({ index, split: 'val', recipe: recipeOf(data), epoch: 0, samples: [1] })
  expect(nativeObjects()).toEqual(before)
})
