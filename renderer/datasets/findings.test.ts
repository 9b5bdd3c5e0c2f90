import { describe, expect, it } from 'vitest'
import type { DatasetReport } from '../../shared/contract/trainer.ts'
import { findings } from './findings.ts'

const report = (train: number[], val: number[], unreadable = 0): DatasetReport => ({
  root: '/data',
  classes: ['cat', 'dog', 'owl'].slice(0, train.length),
  kind: 'image-folder',
  layout: 'folders of images',
  splits: {
    train: { images: 0, perClass: train },
    val: { images: 0, perClass: val },
    test: { images: 0, perClass: [] },
  },
  leftOut: [],
  passedOver: [],
  warnings: [],
  unreadable: Array.from({ length: unreadable }, (_, i) => ({ file: `${i}.jpg`, reason: 'empty' })),
})

describe('what is found in a dataset', () => {
  it('is nothing where all is well', () => {
    expect(findings(report([100, 90, 60], [10, 10, 10]))).toEqual([])
  })

  it('names uneven classes from a ratio of three on', () => {
    expect(findings(report([2999, 1000, 1500], [1, 1, 1]))).toEqual([])
    expect(findings(report([3000, 1000, 1500], [1, 1, 1]))).toEqual([
      'The classes are uneven: cat has 3,000 training images, dog 1,000.',
    ])
  })

  it('counts unreadable files, and tells what the trainer warns of', () => {
    expect(findings({ ...report([5, 5], [1, 1], 1), warnings: ['Something is odd.'] })).toEqual([
      '1 file cannot be read and is left out.',
      'Something is odd.',
    ])
  })

  it('warns of duplicates that cross splits or classes, and of no others', () => {
    const none = { groups: 0, images: 0, acrossSplits: 0, acrossClasses: 0, examples: [] }
    const details = {
      heights: { least: 1, median: 1, most: 1 },
      widths: { least: 1, median: 1, most: 1 },
      modes: [],
      turned: 0,
      copied: 0,
      imbalance: { largest: 'cat', smallest: 'dog', ratio: 1 },
      mean: [0, 0, 0],
      std: [1, 1, 1],
      exactDuplicates: { ...none, groups: 3, images: 7, acrossSplits: 1, acrossClasses: 2 },
      nearDuplicates: { ...none, groups: 9, images: 18 },
    }
    expect(findings({ ...report([5, 5], [5, 5]), details })).toEqual([
      '1 group of identical images lies in several splits: what is measured there is too good.',
      '2 groups of identical images have different classes: some of them are labelled wrongly.',
    ])
    expect(findings({ ...report([5, 5], [5, 5]), details: { ...details, exactDuplicates: none } })).toEqual([])
  })

  it('says nothing of balance where there are no images', () => {
    expect(findings(report([0, 0], [0, 0]))).toEqual([])
  })
})
