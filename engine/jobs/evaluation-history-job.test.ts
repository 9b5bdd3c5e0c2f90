import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { evaluationHistory } from './evaluation-history-job.ts'
import { makeEvaluation, type Made } from './testing/make-evaluation.ts'

const evaluation = (step: number, rows: Made['rows']) =>
  makeEvaluation(join(temporaryFolder(), `step-${step}-val`), { checkpoint: `step-${step}`, rows })

it('images are followed over the evaluations of checkpoints, in whatever order they are', async () => {
  const paths = [
    evaluation(1, [
      ['a', 'cat', 'cat', 0.5],
      ['b', 'cat', 'dog', 0.5],
      ['c', 'dog', 'dog', 0.5],
    ]),
    evaluation(2, [
      ['c', 'dog', 'cat', 0.5],
      ['b', 'cat', undefined, 0.5],
      ['a', 'cat', 'cat', 0.5],
    ]),
    evaluation(3, [
      ['b', 'cat', 'dog', 0.5],
      ['a', 'cat', 'cat', 0.5],
      ['c', 'dog', 'dog', 0.5],
    ]),
  ]
  const { rows, right, learnedAt, timesForgotten, ...rest } = await evaluationHistory({ paths })
  expect([...rows]).toEqual([0, 1, 2])
  expect([...right].join('')).toBe('000' + '111' + '101')
  expect([...learnedAt]).toEqual([-1, 0, 0])
  expect([...timesForgotten]).toEqual([0, 0, 1])
  expect(rest).toEqual({
    ...{ images: 3, kept: 1, forgotten: 1, neverLearned: 1, notes: [] },
    checkpoints: [
      { name: 'step-1', step: 1, right: 2, learned: 2, forgotten: 0 },
      { name: 'step-2', step: 2, right: 1, learned: 0, forgotten: 1 },
      { name: 'step-3', step: 3, right: 2, learned: 1, forgotten: 0 },
    ],
    classes: [
      { name: 'cat', samples: 2, recalls: [0.5, 0.5, 0.5] },
      { name: 'dog', samples: 1, recalls: [1, 0, 1] },
    ],
  })
})

it('what is not in all of them, or has another label, is left out and told', async () => {
  const first = evaluation(1, [
    ['a', 'cat', 'cat', 0.5],
    ['b', 'dog', 'dog', 0.5],
  ])
  const second = evaluation(2, [
    ['a', 'cat', 'cat', 0.5],
    ['b', 'cat', 'cat', 0.5],
    ['c', 'cat', 'cat', 0.5],
  ])
  expect(await evaluationHistory({ paths: [first, second] })).toMatchObject({
    images: 1,
    notes: [
      '1 image is not in the evaluations of all checkpoints, and left out: the dataset changed in between.',
      '1 image is left out, since the label changed in between.',
    ],
  })
  expect(await evaluationHistory({ paths: [second] })).toMatchObject({
    images: 3,
    notes: [expect.stringContaining('one checkpoint only')],
  })
  const other = evaluation(3, [['x', 'cat', 'cat', 0.5]])
  await expect(evaluationHistory({ paths: [first, other] })).rejects.toThrow(
    'No image is in the evaluations of all checkpoints',
  )
})
