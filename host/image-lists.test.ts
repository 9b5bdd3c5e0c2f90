import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DatasetError } from '../shared/errors.ts'
import { fileOf, pageOf } from './image-lists.ts'

const list = {
  root: '/data/pets',
  classes: ['cat', 'dog'],
  splits: {
    train: { paths: ['train/cat/1.png', 'train/dog/1.png', 'train/cat/2.png', '../outside.png', '/etc/passwd', 'a/../../b.png'], labels: Int32Array.of(0, 1, 0, 1, 1, 1) },
    val: { paths: [], labels: new Int32Array() },
  },
}

describe('a page of images', () => {
  it('is of all or of one class', () => {
    expect(pageOf(list, { split: 'train', offset: 1, limit: 2 })).toEqual({
      classes: ['cat', 'dog'],
      total: 6,
      images: [{ index: 1, label: 1, file: 'train/dog/1.png' }, { index: 2, label: 0, file: 'train/cat/2.png' }],
    })
    expect(pageOf(list, { split: 'train', label: 0, offset: 1, limit: 10 })).toMatchObject({ total: 2, images: [{ index: 2 }] })
    expect(pageOf(list, { split: 'val', offset: 0, limit: 10 })).toMatchObject({ total: 0, images: [] })
  })
})

describe('the file of a sample', () => {
  it('lies in the folder of the dataset', () => {
    expect(fileOf(list, 'train', 2)).toBe(join('/data/pets', 'train/cat/2.png'))
  })

  it.each([3, 4, 5])('is refused outside of it: %i', (sample) => {
    expect(() => fileOf(list, 'train', sample)).toThrow(/lies outside of \/data\/pets/)
  })

  it('is refused where there is none', () => {
    expect(() => fileOf(list, 'val', 0)).toThrow(DatasetError)
  })
})
