import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeTinyDataset } from '../../tests/fixtures/tiny-dataset.ts'
import { openDataset } from '../dataset/index.ts'
import { datasetFacts } from './dataset-facts.ts'

let home: string
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'anneal-'))))
afterEach(() => rmSync(home, { recursive: true }))

const factsOf = async (root: string, validationShare = 0.1) =>
  datasetFacts(await openDataset(root, join(home, 'cache'), { split: { validationShare, splitSeed: 1 } }))

function put(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** As the definition has it, over the pixels of all images at once: they have one size. */
function momentsOf(values: readonly number[]): [mean: number, std: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)]
}

it('of images in colour are those of their pixels', async () => {
  const colours = [
    [200, 100, 50],
    [180, 20, 90],
    [10, 30, 250],
  ] as const
  for (const [i, [r, g, b]] of colours.entries())
    for (const name of ['a', 'b'])
      put(
        join(home, 'data', name, `${i}.png`),
        await sharp({ create: { width: 9, height: 9, channels: 3, background: { r, g, b } } })
          .png()
          .toBuffer(),
      )
  const facts = await factsOf(join(home, 'data'), 0.1)
  expect(facts).toMatchObject({ images: { train: 4, val: 2 }, classes: 2, isHeldOut: true })
  expect(facts.colours!.isGrey).toBe(false)
  const whole = await factsOf(await splitOf(colours))
  for (const channel of [0, 1, 2] as const) {
    const [mean, std] = momentsOf(colours.map((colour) => colour[channel]))
    expect(whole.colours!.mean[channel]).toBeCloseTo(mean, 1)
    expect(whole.colours!.std[channel]).toBeCloseTo(std, 1)
  }
})

/** The same images with a split of their own. */
async function splitOf(colours: readonly (readonly [number, number, number])[]): Promise<string> {
  const root = join(home, 'split')
  for (const [i, [r, g, b]] of colours.entries())
    for (const part of ['train', 'val'])
      put(
        join(root, part, 'a', `${i}.png`),
        await sharp({ create: { width: 9, height: 9, channels: 3, background: { r, g, b } } })
          .png()
          .toBuffer(),
      )
  return root
}

it('tell grey images, whatever file they are in', async () => {
  expect(await factsOf(await makeTinyDataset(join(home, 'halves')))).toMatchObject({
    images: { train: 48, val: 16 },
    isHeldOut: false,
    colours: { isGrey: true },
  })
})

it('of raw images are those of their bytes', async () => {
  // CIFAR-10: a byte for the label, then the planes of red, green and blue.
  const planes = [40, 90, 200]
  const record = (label: number) => [label, ...planes.flatMap((value) => Array<number>(1024).fill(value + label))]
  const names = Array.from({ length: 10 }, (_, label) => label)
  for (const name of [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`).concat('test_batch.bin'))
    put(join(home, 'cifar', name), Uint8Array.from(names.flatMap(record)))
  put(join(home, 'cifar', 'batches.meta.txt'), Buffer.from(names.map((n) => `class${n}\n`).join('')))
  const { colours } = await factsOf(join(home, 'cifar'))
  planes.forEach((value, channel) => {
    const [mean, std] = momentsOf(names.map((label) => value + label))
    expect(colours!.mean[channel]).toBeCloseTo(mean, 6)
    expect(colours!.std[channel]).toBeCloseTo(std, 6)
  })
  expect(colours!.isGrey).toBe(false)
})
