import { describe, expect, it } from 'vitest'
import { orderByCluster, orderByError } from './class-order.ts'
import { confusionOf } from './confusion.ts'

/** From cells `[label, guess, count]`. */
function confusion(classes: number, cells: readonly (readonly [number, number, number])[]) {
  const rows = cells.flatMap(([label, guess, count]) => Array.from({ length: count }, () => [label, guess] as const))
  return confusionOf(
    {
      labels: Int32Array.from(rows, ([label]) => label),
      guesses: Int32Array.from(rows, ([, guess]) => guess),
      confidences: new Float32Array(rows.length).fill(0.5),
    },
    classes,
  )
}

describe('the order of the classes', () => {
  it('by error begins with the class of which most is missed, and ends with those without samples', () => {
    const cells = [
      [0, 0, 9],
      [0, 1, 1],
      [1, 1, 5],
      [1, 0, 5],
      [3, 3, 4],
    ] as const
    expect([...orderByError(confusion(4, cells))]).toEqual([1, 0, 3, 2])
  })

  it('by cluster puts those side by side that are taken for each other', () => {
    // 0 with 3, 1 with 4, and 4 with 2 less often; 5 with none.
    const cells = [
      [0, 3, 5],
      [0, 0, 5],
      [3, 3, 10],
      [1, 4, 4],
      [1, 1, 6],
      [4, 2, 2],
      [4, 4, 8],
      [2, 2, 10],
      [5, 5, 3],
    ] as const
    expect([...orderByCluster(confusion(6, cells))]).toEqual([0, 3, 1, 4, 2, 5])
  })

  it('by cluster turns groups so that the closest classes of two of them meet', () => {
    // [0, 1] and [2, 3] are joined by 0 and 3.
    const cells = [
      [0, 1, 6],
      [0, 3, 2],
      [0, 0, 2],
      [2, 3, 5],
      [2, 2, 5],
      [1, 1, 1],
      [3, 3, 1],
    ] as const
    expect([...orderByCluster(confusion(4, cells))]).toEqual([1, 0, 3, 2])
  })

  it('holds each class once, with random guesses of a thousand', () => {
    let state = 1
    const next = (below: number) => ((state = (state * 48271) % 2147483647), state % below)
    const cells = Array.from({ length: 20_000 }, () => [next(1000), next(1000), 1] as const)
    const found = confusion(1000, cells)
    for (const order of [orderByCluster(found), orderByError(found)])
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  })
})
