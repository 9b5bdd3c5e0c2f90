import { describe, expect, it } from 'vitest'
import { pageOf } from './image-lists.ts'

const list = {
  root: '/data/pets',
  classes: ['cat', 'dog'],
  splits: {
    train: { paths: ['train/cat/1.png', 'train/dog/1.png', 'train/cat/2.png'], labels: Int32Array.of(0, 1, 0) },
    val: { paths: [], labels: new Int32Array() },
  },
}

describe('a page of images', () => {
  it('is of all or of one class', () => {
    expect(pageOf(list, { split: 'train', offset: 1, limit: 2 })).toEqual({
      classes: ['cat', 'dog'],
      total: 3,
      images: [
        { index: 1, label: 1, file: 'train/dog/1.png' },
        { index: 2, label: 0, file: 'train/cat/2.png' },
      ],
    })
    expect(pageOf(list, { split: 'train', label: 0, offset: 1, limit: 10 })).toMatchObject({
      total: 2,
      images: [{ index: 2 }],
    })
    expect(pageOf(list, { split: 'val', offset: 0, limit: 10 })).toMatchObject({ total: 0, images: [] })
  })
})
