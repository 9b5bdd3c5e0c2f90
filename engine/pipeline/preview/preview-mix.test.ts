import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import { openIndex } from '../../dataset/image-index/open-index.ts'
import { epochFacts, trainingPipeline } from '../pipeline.ts'
import { previewSamples } from './preview.ts'
import type { DatasetIndex } from '../../dataset/image-index/split-index.ts'
import { putImage, recipeOf, temporaryFolder } from '../../dataset/testing/image-files.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

let index: DatasetIndex
beforeAll(async () => {
  const root = `${folder.path}/images`
  for (let i = 0; i < 13; i++) await putImage(`${root}/train/${'abc'[i % 3]}/${i}.jpg`, i)
  for (const name of 'abc') await putImage(`${root}/val/${name}/1.jpg`, 50)
  index = await openIndex(root, `${folder.path}/cache`)
})

const [batchSize, size] = [4, 32]

/** What training is fed in its first batches: mixed pixels, targets, labels and sample indices. */
async function fed(data: Partial<Recipe['data']>, augment: Partial<Recipe['augment']>, batches: number) {
  const recipe = recipeOf({ imageSize: size, evaluationResize: size, batchSize, ...data }, augment)
  using g = new GraphBuilder()
  const pipeline = trainingPipeline(g, index.splits.train, {
    root: index.root,
    seed: 1,
    batchSize,
    classes: 3,
    data: recipe.data,
    augment: recipe.augment,
  })
  const step = g.placeholder('int64', [])
  const mixed = pipeline.mix?.(g.op('Cast', [pipeline.images], { DstT: 'float32' }), pipeline.labels, step)
  const fetches = [
    mixed?.pixels ?? pipeline.images,
    mixed?.targets ?? pipeline.labels,
    pipeline.indices,
    pipeline.labels,
  ]
  using session = new Session(g.graph)
  await pipeline.start(session, 0)
  const found = []
  for (let i = 0; i < batches; i++) {
    using fedStep = Tensor.scalar('int64', i)
    const [pixels, targets, indices, labels] = (await session.run({ feeds: [[step, fedStep]], fetches })).map(
      (tensor) => {
        using t = tensor
        return { shape: t.shape, values: Array.from(t.data(), Number) }
      },
    )
    found.push({
      shape: pixels!.shape,
      pixels: pixels!.values,
      targets: targets!.values,
      indices: indices!.values,
      labels: labels!.values,
    })
  }
  return { recipe, batches: found }
}

describe('the preview of a mixed batch', () => {
  it.each([
    { mixup: 0.4 },
    { cutmix: 1 },
    { mixup: 1, cutmix: 1, policy: 'trivialaugment' as const },
    { mixup: 1, repeats: 3 },
  ])('shows pixels, partner and labels that training is fed: %j', async (augment) => {
    const { recipe, batches } = await fed({}, augment, 6)
    for (const epoch of [0, 1]) {
      const own = batches.slice(3 * epoch, 3 * epoch + 3)
      const shown = await previewSamples({
        index,
        split: 'train',
        recipe,
        epoch,
        samples: [...index.splits.train.paths].map((_, i) => i),
      })
      let seen = 0
      for (const { index: sample, label, mixed } of shown) {
        const batch = own.find(({ indices }) => indices.includes(sample))
        if (!batch) {
          expect(mixed).toBeUndefined()
          continue
        }
        seen += 1
        const place = batch.indices.indexOf(sample)
        const partner = (place + 2) % batchSize
        expect([mixed!.partner, mixed!.partnerLabel]).toEqual([batch.indices[partner], batch.labels[partner]])
        const bytes = size * size * 3
        batch.pixels
          .slice(place * bytes, (place + 1) * bytes)
          .forEach((value, i) => expect(Math.abs(value - mixed!.pixels[i]!)).toBeLessThan(0.501))
        const targets = [0, 1, 2].map(
          (c) => (c === label ? mixed!.share : 0) + (c === mixed!.partnerLabel ? 1 - mixed!.share : 0),
        )
        batch.targets.slice(3 * place, 3 * place + 3).forEach((value, c) => expect(value).toBeCloseTo(targets[c]!, 6))
      }
      expect(seen).toBe(new Set(own.flatMap(({ indices }) => indices)).size)
    }
  })

  it('shows nothing mixed where the recipe mixes nothing', async () => {
    const { recipe } = await fed({}, {}, 1)
    const [shown] = await previewSamples({ index, split: 'train', recipe, epoch: 0, samples: [0], originals: false })
    expect(Object.keys(shown!)).not.toContain('mixed')
    expect(Object.keys(shown!)).not.toContain('original')
  })
})

describe('progressive resizing', () => {
  const data = { imageSize: 96, evaluationResize: 96, startImageSize: 32, resizeEpochs: [0, 2] as [number, number] }

  it('gives batches that grow from epoch to epoch, as the preview shows', async () => {
    const { recipe, batches } = await fed(data, { cutmix: 1, erasing: 0.5 }, 9)
    expect(batches.map(({ shape }) => shape[1])).toEqual([32, 32, 32, 64, 64, 64, 96, 96, 96])
    for (const epoch of [0, 1, 2, 7]) {
      const [shown] = await previewSamples({ index, split: 'train', recipe, epoch, samples: [3] })
      expect([shown!.height, shown!.augmented.length]).toEqual([
        [32, 64, 96][Math.min(2, epoch)],
        3 * shown!.height ** 2,
      ])
      expect(shown!.original!.length).toBe(3 * 96 * 96)
    }
  })
})

it('cuts an epoch into whole optimizer steps', () => {
  expect(epochFacts(103, { batchSize: 10 })).toEqual({ samplesPerEpoch: 100, stepsPerEpoch: 10 })
  expect(epochFacts(103, { batchSize: 10, accumulate: 4 })).toEqual({ samplesPerEpoch: 80, stepsPerEpoch: 8 })
})
