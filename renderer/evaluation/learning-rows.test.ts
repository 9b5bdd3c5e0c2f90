import { expect, it } from 'vitest'
import type { EvaluationHistory } from '../../shared/contract/evaluation-history.ts'
import { followLearning } from '../../shared/figures/index.ts'
import {
  alikeOnes,
  inLearningOrder,
  learningRows,
  learningText,
  learningTitle,
  rightShares,
  type LearningKind,
} from './learning-rows.ts'

/** A row a sample: right at 1, wrong at 0. */
const fates = ['000', '111', '101', '011', '110', '010', '111']
const labels = [0, 1, 0, 1, 0, 1, 0]
const labelOf = (sample: number) => labels[sample]!
const matrix = { samples: fates.length, checkpoints: 3, right: Uint8Array.from(fates.join(''), Number) }
const learning = followLearning(matrix)
const history: EvaluationHistory = {
  ...learning,
  checkpoints: learning.checkpoints.map((change, i) => ({ ...change, name: `step-${i + 1}`, step: i + 1 })),
  ...{ images: fates.length, notes: [], classes: [], right: matrix.right },
  rows: Int32Array.from(fates.keys()),
}

it('the first learned come first, what was forgotten after what was kept, and what was never learned last', () => {
  expect([...inLearningOrder(history, labelOf, 'learning')]).toEqual([1, 6, 2, 4, 3, 5, 0])
  expect([...inLearningOrder(history, labelOf, 'class')]).toEqual([6, 2, 4, 0, 1, 3, 5])
})

it('those that fared alike stand together', () => {
  const order = inLearningOrder(history, labelOf, 'learning')
  const alike = (place: number) => [...alikeOnes(history, labelOf, 'learning', order, place)]
  expect([0, 1, 2, 3, 4, 6].map(alike)).toEqual([[1, 6], [1, 6], [2, 4], [2, 4], [3], [0]])
  const byClass = inLearningOrder(history, labelOf, 'class')
  expect([...alikeOnes(history, labelOf, 'class', byClass, 0)]).toEqual([6])
})

it('a line of a picture has the share of its images that are right', () => {
  const order = inLearningOrder(history, labelOf, 'learning')
  expect([...rightShares(history, order, [0, 2, 4, 7])]).toEqual([
    1,
    1,
    1,
    1,
    0.5,
    0.5,
    0,
    Math.fround(2 / 3),
    Math.fround(1 / 3),
  ])
  expect([...rightShares(history, order, [6, 7])]).toEqual([0, 0, 0])
})

it.each<[LearningKind, number[], string]>([
  [{ kind: 'never' }, [0], 'Never learned'],
  [{ kind: 'forgotten' }, [2, 4, 5], 'Forgotten, the most often first'],
  [{ kind: 'kept' }, [1, 3, 6], 'Learned and kept'],
  [{ kind: 'learnedAt', checkpoint: 0 }, [2, 4, 1, 6], 'Learned at step-1'],
  [{ kind: 'learnedAt', checkpoint: 2 }, [2], 'Learned at step-3'],
  [{ kind: 'forgottenAt', checkpoint: 0 }, [], 'Forgotten at step-1'],
  [{ kind: 'forgottenAt', checkpoint: 2 }, [4, 5], 'Forgotten at step-3'],
])('of %j these are listed', (kind, samples, title) => {
  expect([...learningRows(history, kind)]).toEqual(samples)
  expect(learningTitle(history, kind)).toBe(title)
})

it('an image is told of in words', () => {
  expect([0, 1, 2].map((sample) => learningText(history, sample))).toEqual([
    'never learned',
    'learned at step-1, never forgotten',
    'learned at step-1, forgotten once',
  ])
})
