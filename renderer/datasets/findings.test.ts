import { describe, expect, it } from 'vitest'
import type { DatasetReport } from '../../shared/contract/trainer.ts'
import { findings } from './findings.ts'

const report = (train: number[], val: number[], unreadable = 0): DatasetReport => ({
  root: '/data',
  classes: ['cat', 'dog', 'owl'].slice(0, train.length),
  splits: { train: { images: 0, perClass: train }, val: { images: 0, perClass: val } },
  unreadable: Array.from({ length: unreadable }, (_, i) => ({ file: `${i}.jpg`, reason: 'empty' })),
})

describe('what is found in a dataset', () => {
  it('is nothing where all is well', () => {
    expect(findings(report([100, 90, 60], [10, 10, 10]))).toEqual([])
  })

  it('names uneven classes from a ratio of three on', () => {
    expect(findings(report([2999, 1000, 1500], [1, 1, 1]))).toEqual([])
    expect(findings(report([3000, 1000, 1500], [1, 1, 1]))).toEqual(['The classes are uneven: cat has 3,000 training images, dog 1,000.'])
  })

  it('names classes without images and counts unreadable files', () => {
    expect(findings(report([5, 0, 5], [1, 1, 0], 1))).toEqual([
      '1 file cannot be read and is left out.',
      'dog has no training image: the network cannot learn it.',
      'owl has no validation image: its accuracy cannot be measured.',
    ])
  })

  it('says that one class is none', () => {
    expect(findings(report([5], [5]))).toEqual(['There is only one class: nothing can be told apart.'])
    expect(findings(report([0, 0], [0, 0])).filter((text) => text.includes('uneven'))).toEqual([])
  })
})
