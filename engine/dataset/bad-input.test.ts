import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DatasetError } from '../../shared/errors.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { openIndex } from './image-index/open-index.ts'
import { evaluationPipeline, trainingPipeline } from '../pipeline/pipeline.ts'
import { example, tfRecords } from './testing/containers.ts'
import { batchesOf, fetchBatch } from '../pipeline/testing/batches.ts'
import { picture, put, raw, recipeOf, temporaryFolder } from './testing/image-files.ts'

let folder: ReturnType<typeof temporaryFolder>
let root: string
beforeEach(() => {
  folder = temporaryFolder()
  root = `${folder.path}/data`
})
afterEach(() => folder.remove())

const recipe = recipeOf({ imageSize: 16, evaluationResize: 16 })

/** Everything that the index takes must come out of both pipelines. */
async function readAll() {
  const index = await openIndex(root, `${folder.path}/cache`)
  const { train, val } = index.splits
  await batchesOf(
    (g) => evaluationPipeline(g, val, { root: index.root, batchSize: val.count, data: recipe.data }),
    0,
    1,
  )
  await batchesOf(
    (g) =>
      trainingPipeline(g, train, {
        root: index.root,
        batchSize: train.count,
        data: recipe.data,
        augment: recipe.augment,
        seed: 1,
        classes: index.classes.length,
      }),
    0,
    1,
  )
  return index
}

it('bits that flip in an image are either seen at the check, or do no harm', async () => {
  const jpeg = await picture(1, 40, 30).jpeg().toBuffer()
  const formats = {
    jpg: jpeg,
    png: await picture(1, 40, 30).png().toBuffer(),
    webp: await picture(1, 40, 30).webp().toBuffer(),
    gif: await picture(1, 40, 30).gif().toBuffer(),
  }
  for (let i = 0; i < 120; i++)
    for (const split of ['train', 'val'])
      for (const name of ['a', 'b']) put(`${root}/${split}/${name}/good-${i}.jpg`, jpeg)
  let count = 0
  for (const [end, bytes] of Object.entries(formats))
    for (let i = 0; i < 3; i++) {
      const damaged = Buffer.from(bytes)
      const bit = Math.floor(((i + 0.5) / 3) * bytes.length * 8)
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      put(`${root}/val/a/bad-${i}.${end}`, damaged)
      count++
    }
  const { splits, unreadable } = await readAll()
  expect(splits.val.count + unreadable.length).toBe(240 + count)
})

it('a picture of 30,000 px, one of a pixel, and names of any kind are read', async () => {
  for (const split of ['train', 'val']) {
    put(
      `${root}/${split}/a/wide.jpg`,
      await raw(new Uint8Array(30_000 * 20 * 3).fill(99), 30_000, 20)
        .jpeg()
        .toBuffer(),
    )
    put(
      `${root}/${split}/a/dot.png`,
      await raw(Uint8Array.of(1, 2, 3), 1, 1)
        .png()
        .toBuffer(),
    )
    put(`${root}/${split}/b/ one\ntwo 日本 %41.PNG`, await picture(3, 9, 9).png().toBuffer())
  }
  const { splits, unreadable } = await readAll()
  expect(unreadable).toEqual([])
  expect([...splits.train.widths].sort()).toEqual([1, 30_000, 9].sort())
})

it('a WebP that claims more than 100 million pixels is refused before it is decoded', async () => {
  const good = await picture(3, 9, 9).webp({ lossless: true }).toBuffer()
  const bomb = Buffer.from(good)
  // 14 bits of the width and 14 of the height, each less 1.
  bomb.writeUInt32LE((16_383 | (16_383 << 14)) >>> 0, 21)
  for (const split of ['train', 'val']) for (let i = 0; i < 30; i++) put(`${root}/${split}/a/${i}.webp`, good)
  put(`${root}/val/a/bomb.webp`, bomb)
  const { unreadable } = await readAll()
  expect(unreadable).toEqual([
    { file: 'val/a/bomb.webp', reason: 'too large: 16384 x 16384 px, at most 100 million pixels' },
  ])
})

it.each(['removed', 'cut', 'replaced by another image', 'replaced by text'])(
  'a file that is %s while training ends the run with its name',
  async (change) => {
    for (const split of ['train', 'val'])
      for (let i = 0; i < 8; i++) put(`${root}/${split}/a/${i}.jpg`, await picture(i, 64, 48).jpeg().toBuffer())
    const index = await openIndex(root, `${folder.path}/cache`)
    using g = new GraphBuilder()
    const pipeline = trainingPipeline(g, index.splits.train, {
      root: index.root,
      batchSize: 2,
      data: recipe.data,
      augment: recipe.augment,
      seed: 1,
      classes: index.classes.length,
    })
    using session = new Session(g.graph)
    await pipeline.start(session, 0)
    await fetchBatch(session, pipeline)
    for (let i = 0; i < 8; i++) {
      const file = `${root}/train/a/${i}.jpg`
      if (change === 'removed') rmSync(file)
      if (change === 'cut') writeFileSync(file, (await picture(i, 64, 48).jpeg().toBuffer()).subarray(0, 300))
      if (change === 'replaced by another image') writeFileSync(file, await picture(i, 4, 4).jpeg().toBuffer())
      if (change === 'replaced by text') writeFileSync(file, 'text')
    }
    const fetchMany = async () => {
      for (let i = 0; i < 40; i++) await fetchBatch(session, pipeline)
    }
    const error = await fetchMany().catch((reason: unknown) => pipeline.explain(reason))
    expect(error).toBeInstanceOf(DatasetError)
    expect((error as Error).message).toMatch(/train\/a\/\d\.jpg (cannot be read any more|has changed since)/)
  },
)

it('a TFRecord that changes while training ends the run with its name', async () => {
  const image = await picture(1, 20, 20).jpeg().toBuffer()
  const bytes = tfRecords(Array.from({ length: 8 }, (_, i) => example(image, 1 + (i % 2))))
  put(`${root}/train-00000-of-00001`, bytes)
  put(`${root}/validation-00000-of-00001`, bytes)
  const index = await openIndex(root, `${folder.path}/cache`)
  using g = new GraphBuilder()
  const pipeline = trainingPipeline(g, index.splits.train, {
    root: index.root,
    batchSize: 2,
    data: recipe.data,
    augment: recipe.augment,
    seed: 1,
    classes: index.classes.length,
  })
  using session = new Session(g.graph)
  await pipeline.start(session, 0)
  await fetchBatch(session, pipeline)
  const damaged = Buffer.from(bytes)
  for (let i = 0; i < 8; i++) damaged[Math.floor(((i + 0.5) / 8) * bytes.length)]! ^= 1
  writeFileSync(`${root}/train-00000-of-00001`, damaged)
  appendFileSync(`${root}/train-00000-of-00001`, 'x')
  const fetchMany = async () => {
    for (let i = 0; i < 40; i++) await fetchBatch(session, pipeline)
  }
  const error = await fetchMany().catch((reason: unknown) => pipeline.explain(reason))
  expect(error).toBeInstanceOf(DatasetError)
  expect((error as Error).message).toMatch(
    /train-00000-of-00001 \(record at byte \d+\) cannot be read any more \(damaged or cut TFRecord/,
  )
})

it('a scan that is stopped keeps what it has done', async () => {
  for (const split of ['train', 'val'])
    for (let i = 0; i < 100; i++) put(`${root}/${split}/a/${i}.png`, await picture(i, 9, 9).png().toBuffer())
  const stopped = openIndex(root, `${folder.path}/cache`, {
    onProgress: (done, total) => {
      if (total > 0 && done >= 96) throw new Error('Stop')
    },
  })
  await expect(stopped).rejects.toThrow('Stop')
  let decoded = 0
  await openIndex(root, `${folder.path}/cache`, { onProgress: (_, total) => (decoded = Math.max(decoded, total)) })
  expect(decoded).toBe(200 - 96)
})
