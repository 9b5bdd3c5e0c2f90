import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeSealed } from '../../storage/sealed-json.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { compareEvaluations } from './compare-evaluations-job.ts'
import { makeEvaluation, type Made } from './testing/make-evaluation.ts'

const evaluation = (name: string, made: Made) => makeEvaluation(join(temporaryFolder(), name), made)
const compare = (first: string, second: string) => compareEvaluations({ first, second, seed: 1 })
const pairs = ({ first, second }: { first: Int32Array; second: Int32Array }) =>
  Array.from(first, (row, i) => [row, second[i]])

describe('two evaluations of the same images', () => {
  const first = {
    rows: [
      ['1.png', 'cat', 'cat', 0.9],
      ['2.png', 'cat', 'dog', 0.2],
      ['3.png', 'cat', 'dog', 0.4],
      ['4.png', 'dog', 'dog', 0.8],
      ['5.png', 'dog', 'cat', 0.3],
      ['6.png', 'dog', 'dog', 0.6],
    ],
  } as const

  it('are compared image by image, in whatever order they are, the largest change first', () => {
    const second = {
      rows: [
        ['6.png', 'dog', undefined, 0],
        ['5.png', 'dog', 'cat', 0.1],
        ['4.png', 'dog', 'cat', 0.4],
        ['3.png', 'cat', 'cat', 0.6],
        ['2.png', 'cat', 'cat', 0.7],
        ['1.png', 'cat', 'cat', 0.8],
      ],
    } as const
    const found = compare(evaluation('a', first), evaluation('b', second))
    expect(found.figures).toMatchObject({ samples: 6, bothRight: 1, fixed: 2, broken: 2, bothWrong: 1, difference: 0 })
    expect(found.figures.test).toEqual({ exact: 1, midP: expect.closeTo(1 - 6 / 16 / 2, 9) as number })
    expect(pairs(found.fixed)).toEqual([
      [1, 4],
      [2, 3],
    ])
    expect(pairs(found.broken)).toEqual([
      [5, 0],
      [3, 2],
    ])
    expect(pairs(found.bothWrong)).toEqual([[4, 1]])
    expect([found.first.top1, found.second.top1]).toEqual([0.5, 0.5])
    expect(found.classes).toMatchObject([
      { name: 'cat', firstRecall: 1 / 3, secondRecall: 1, fixed: 2, broken: 0 },
      { name: 'dog', firstRecall: 2 / 3, secondRecall: 0, fixed: 0, broken: 2 },
    ])
    const both = [0.8 / 0.9, 0.7 / 0.2, 0.6 / 0.4, 0.4 / 0.8, 0.1 / 0.3]
    const mean = -both.reduce((sum, ratio) => sum + Math.log(ratio), 0) / both.length
    expect(found.loss).toMatchObject({ samples: 5, difference: expect.closeTo(mean, 5) as number })
    expect(found.notes).toEqual([])
  })

  it('tell classes by their names, and which only one of them knows', () => {
    const second = {
      classes: ['dog', 'bird', 'cat'],
      rows: [...first.rows.slice(0, 5), ['6.png', 'dog', 'bird', 0.1]],
    } as const
    const found = compare(evaluation('a', first), evaluation('b', second))
    expect(found.figures).toMatchObject({ samples: 6, fixed: 0, broken: 1 })
    expect(found.second.classesAlone).toEqual(['bird'])
    expect(found.notes).toEqual(['B tells apart 1 class that A does not know: bird.'])
    expect(found.classes.map(({ name, samples }) => [name, samples])).toEqual([
      ['dog', 3],
      ['cat', 3],
      ['bird', 0],
    ])
  })

  it('read a name as one, however it is encoded', () => {
    const one = (name: string) => evaluation('c', { classes: [name, 'dog'], rows: [['1', name, name, 0.5]] })
    const found = compare(one('caf\u00e9'), one('cafe\u0301'))
    expect(found).toMatchObject({ figures: { bothRight: 1 }, notes: [] })
  })

  it('leave out what is in one only, and what has another label', () => {
    const second = {
      dataset: '/elsewhere',
      rows: [['1.png', 'dog', 'cat', 0.5], ...first.rows.slice(1, 4), ['7.png', 'dog', 'dog', 0.5]],
    } as const
    const found = compare(evaluation('a', first), evaluation('b', second))
    expect(found.figures).toMatchObject({ samples: 3, bothRight: 1, bothWrong: 2 })
    expect([found.first, found.second]).toMatchObject([
      { images: 6, alone: 2, top1: 1 / 3 },
      { images: 5, alone: 1, top1: 1 / 3 },
    ])
    expect(pairs(found.relabelled)).toEqual([[0, 0]])
    expect(found.notes).toEqual([
      'A is of /data, B of /elsewhere: images are taken for the same where their paths within these folders are.',
      '2 images are in A only, and left out, such as 5.png.',
      '1 image is in B only, and left out: 7.png.',
      '1 image has another label in B than in A, and is left out: 1.png (cat, then dog). The dataset changed in between.',
    ])
  })

  it('may be the same one, and of one class', () => {
    const only = evaluation('a', { classes: ['cat'], rows: [['1.png', 'cat', 'cat', 1]] })
    expect(compare(only, only)).toMatchObject({
      figures: { samples: 1, bothRight: 1, difference: 0, test: { exact: 1 } },
      loss: { difference: 0 },
      notes: ['A and B are the same evaluation, so nothing differs.'],
    })
  })

  it('find images in files with others by their records', () => {
    const rows = first.rows.map(([, ...rest]) => ['data.tfrecord', ...rest] as const)
    const backwards = evaluation('b', { rows: rows.toReversed(), records: [5, 4, 3, 2, 1, 0] })
    const found = compare(evaluation('a', { rows, records: [0, 1, 2, 3, 4, 5] }), backwards)
    expect(found.figures).toMatchObject({ samples: 6, bothRight: 3, fixed: 0, broken: 0, bothWrong: 3 })
  })
})

describe('what cannot be compared says why', () => {
  const one = (path: string, label = 'cat', dataset = '/data') =>
    evaluation('step-1-val', { dataset, rows: [[path, label, 'cat', 0.5]] })

  it('no image in common', () => {
    expect(() => compare(one('1.png'), one('val/1.png', 'cat', '/other'))).toThrow(
      'The two evaluations have no image in common, by the paths within their folders: step-1-val is of /data, such as 1.png, step-1-val is of /other, such as val/1.png; compare two of the same images.',
    )
  })
  it('no label in common', () => {
    expect(() => compare(one('1.png'), one('1.png', 'dog'))).toThrow(
      'No image that the two evaluations have in common has the same label in both, such as 1.png (cat, then dog)',
    )
  })
  it('no predictions, or damaged ones', () => {
    const [whole, cut, without] = [one('1.png'), one('1.png'), one('1.png')]
    truncateSync(join(cut, 'predictions.arrow'), 100)
    expect(() => compare(whole, cut)).toThrow(/predictions.arrow cannot be read: it is not as it was written/)
    writeFileSync(join(without, 'report.json'), '{}')
    expect(() => compare(whole, without)).toThrow(/report.json is gone or damaged; restore it/)
    const first = join(temporaryFolder(), 'step-5-val.json')
    const figures = { top1: 0, top5: 0, loss: 1, seconds: 1, imagesPerSecond: 1 }
    writeSealed(first, { checkpoint: 'step-5', step: 5, split: 'val', images: 1, ...figures, classes: [] })
    expect(() => compare(first, whole)).toThrow('step-5-val was made by an earlier Anneal, which kept no predictions')
  })
})
