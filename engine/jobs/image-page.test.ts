import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../../tests/fixtures/tiny-dataset.ts'
import { openIndex } from '../dataset/index.ts'
import { pageOf } from './image-page.ts'

describe('a page of images', () => {
  it('is of all or of one class', async () => {
    const folder = temporaryFolder()
    const index = await openIndex(await makeTinyDataset(join(folder, 'halves')), join(folder, 'cache'))
    const { count, labels, paths } = index.splits.train
    const right = [...labels.keys()].filter((row) => labels[row] === 1)
    const image = (row: number) => ({ index: row, label: labels[row], file: paths.at(row) })

    const all = pageOf(index, { split: 'train', offset: 1, limit: 2 })
    expect(all).toEqual({ classes: ['left', 'right'], total: count, images: [image(1), image(2)] })
    const ofOne = pageOf(index, { split: 'train', label: 1, offset: 1, limit: 1000 })
    expect(ofOne).toEqual({
      classes: ['left', 'right'],
      total: right.length,
      images: right.slice(1).map(image),
    })
    expect(ofOne.images.length).toBeGreaterThan(2)
    for (const offset of [count, count + 5])
      expect(pageOf(index, { split: 'train', offset, limit: 10 })).toMatchObject({ total: count, images: [] })
    expect(pageOf(index, { split: 'train', label: 7, offset: 0, limit: 10 })).toMatchObject({ total: 0, images: [] })
  })
})
