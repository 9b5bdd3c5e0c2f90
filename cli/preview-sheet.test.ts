import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { PreviewedSample } from '../shared/contract/preview.ts'
import { parseRecipe } from '../shared/recipe/validate.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../tests/fixtures/tiny-dataset.ts'
import { captionOf, previewSheet } from './preview-sheet.ts'
import { Home, Workbench } from '../host/workbench.ts'

const grey = (value: number) => new Uint8Array(4 * 4).fill(value)
const sample: PreviewedSample = {
  index: 7,
  label: 0,
  augmented: grey(100),
  original: grey(50),
  height: 4,
  width: 4,
  channels: 1,
}
const mixed = { partner: 9, partnerLabel: 1, pasted: true, share: 0.698, pixels: grey(200) }
const classes = ['left', 'right']

describe('the sheet', () => {
  it('shows evaluation view, augmented and mixed image side by side', async () => {
    const { data, info } = await sharp(await previewSheet({ classes, samples: [{ ...sample, mixed }] }))
      .raw()
      .toBuffer({ resolveWithObject: true })
    // A margin of 12, and 96 px for each of the three.
    expect(info).toMatchObject({ width: 12 + 3 * 96 + 12, height: 12 + 96 + 30 + 12, channels: 3 })
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
    expect([at(60, 60), at(156, 60), at(252, 60), at(4, 4)]).toEqual([
      [50, 50, 50],
      [100, 100, 100],
      [200, 200, 200],
      [255, 255, 255],
    ])
  })

  it('names classes and their shares', () => {
    expect(captionOf(sample, classes)).toEqual(['left (7)', ''])
    expect(captionOf(sample, classes, true)).toEqual(['left (7)', 'left out of this epoch'])
    expect(captionOf({ ...sample, mixed }, classes)).toEqual(['left (7)', 'CutMix: 70 % left, 30 % right (9)'])
    expect(captionOf({ ...sample, mixed: { ...mixed, pasted: false } }, classes)[1]).toBe(
      'mixup: 70 % left, 30 % right (9)',
    )
  })
})

it('is of samples that a trainer drew, spread over the split', async () => {
  const folder = temporaryFolder()
  const dataset = await makeTinyDataset(join(folder, 'halves'))
  const workbench = new Workbench(Home.of({ ANNEAL_HOME: join(folder, 'home') }))
  const data = {
    dataset,
    imageSize: 24,
    evaluationResize: 24,
    channels: 1 as const,
    mean: [128],
    std: [64],
    batchSize: 12,
  }
  const found = await workbench.previewDataset(parseRecipe({ data, augment: { cutmix: 1 } }), {
    split: 'train',
    count: 6,
    epoch: 1,
  })
  expect(found.classes).toEqual(classes)
  expect(found.samples.map(({ index, label }) => [index, label])).toEqual([
    [0, 0],
    [8, 0],
    [16, 0],
    [24, 1],
    [32, 1],
    [40, 1],
  ])
  for (const { mixed: mix, augmented, original } of found.samples) {
    expect([augmented.length, original!.length, mix!.pixels.length]).toEqual([576, 576, 576])
    expect(mix!.pasted).toBe(true)
  }
})
