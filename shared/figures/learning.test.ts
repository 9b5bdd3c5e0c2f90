import { expect, it } from 'vitest'
import { followLearning, recallsOverTime } from './learning.ts'

/** A row a sample: right at 1, wrong at 0. */
const rows = ['1111', '0011', '0110', '1010', '0101', '0000', '0001']
const history = { samples: 7, checkpoints: 4, right: Uint8Array.from(rows.join(''), Number) }

it('a sample is learned when it is first right, and forgotten each time that it turns wrong', () => {
  const { learnedAt, timesForgotten, ...rest } = followLearning(history)
  expect([...learnedAt]).toEqual([0, 2, 1, 0, 1, -1, 3])
  expect([...timesForgotten]).toEqual([0, 0, 1, 2, 1, 0, 0])
  expect(rest).toEqual({
    kept: 3,
    forgotten: 3,
    neverLearned: 1,
    checkpoints: [
      { right: 2, learned: 2, forgotten: 0 },
      { right: 3, learned: 2, forgotten: 1 },
      { right: 4, learned: 2, forgotten: 1 },
      { right: 4, learned: 2, forgotten: 2 },
    ],
  })
})

it('at one checkpoint nothing is forgotten', () => {
  expect(followLearning({ samples: 2, checkpoints: 1, right: Uint8Array.of(1, 0) })).toMatchObject({
    ...{ kept: 1, forgotten: 0, neverLearned: 1 },
    checkpoints: [{ right: 1, learned: 1, forgotten: 0 }],
  })
})

it('the recall of a class is the share of its samples that are right then', () => {
  expect(recallsOverTime(history, Int32Array.of(0, 0, 0, 0, 2, 2, 2), 3)).toEqual([
    { samples: 4, recalls: [2 / 4, 2 / 4, 4 / 4, 2 / 4] },
    { samples: 0, recalls: [] },
    { samples: 3, recalls: [0, 1 / 3, 0, 2 / 3] },
  ])
})
