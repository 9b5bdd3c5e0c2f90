import { expect, it } from 'vitest'
import { evaluate } from './evaluate.ts'
import type { EvaluatedBatch } from './evaluation-step.ts'

const batch = (rows: readonly [label: number, loss: number, guesses: readonly number[], entropy?: number][]) => ({
  labels: Int32Array.from(rows, ([label]) => label),
  losses: Float32Array.from(rows, ([, loss]) => loss),
  guesses: Int32Array.from(rows.flatMap(([, , guesses]) => guesses)),
  probabilities: new Float32Array(rows.length * 3).fill(1 / 3),
  entropies: Float32Array.from(rows, ([, , , entropy = 1]) => entropy),
})

const sumUp = (batches: readonly EvaluatedBatch[], images: number) => {
  const left = [...batches]
  return evaluate(() => Promise.resolve(left.shift()!), images, 4)
}

it('sums up batches of any size', async () => {
  const result = await sumUp(
    [
      batch([
        [0, 0.5, [0, 1, 2]],
        [1, 1.5, [0, 1, 2]],
      ]),
      batch([[3, 4, [0, 1, 2]]]),
    ],
    3,
  )
  expect(result).toEqual({
    images: 3,
    top1: 1 / 3,
    top5: 2 / 3,
    loss: 2,
    finiteLoss: 2,
    notFinite: 0,
    classes: [
      { images: 1, correct: 1 },
      { images: 1, correct: 0 },
      { images: 0, correct: 0 },
      { images: 1, correct: 0 },
    ],
  })
})

it('counts an image for which the network gave no numbers as wrong, whatever its guesses are', async () => {
  const result = await sumUp(
    [
      batch([
        [0, NaN, [0, 1, 2], NaN],
        [1, 1.5, [1, 0, 2]],
        [2, Infinity, [2, 0, 1]],
      ]),
    ],
    3,
  )
  expect(result).toMatchObject({ top1: 1 / 3, top5: 1 / 3, loss: NaN, finiteLoss: 1.5, notFinite: 2 })
})
