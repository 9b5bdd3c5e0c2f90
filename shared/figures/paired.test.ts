import { describe, expect, it } from 'vitest'
import { differenceInterval } from './difference.ts'
import { mcnemar } from './mcnemar.ts'
import { compareGuesses } from './paired.ts'
import { CLASSES, columns, guesses, withGaps } from './test-kit.ts'

const first = columns([0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 0, 1, 0, 0])
const second = columns([0, 0, 0, 1, 1, 1, 1], [0, 1, 0, 1, 1, 0, 1])

describe('two evaluations of the same samples', () => {
  const figures = compareGuesses(first, second, 3)

  it('are counted by who is right', () => {
    expect(figures).toMatchObject({ samples: 7, bothRight: 2, fixed: 3, broken: 1, bothWrong: 1 })
    expect(figures.difference).toBeCloseTo(2 / 7, 12)
    expect(figures.interval).toEqual(differenceInterval(3, 1, 7))
    expect(figures.test).toEqual(mcnemar(3, 1))
  })

  it('are counted by class', () => {
    expect(figures.classes).toEqual([
      {
        ...{ samples: 3, bothRight: 1, fixed: 1, broken: 1, bothWrong: 0 },
        difference: 0,
        interval: differenceInterval(1, 1, 3),
      },
      {
        ...{ samples: 4, bothRight: 1, fixed: 2, broken: 0, bothWrong: 1 },
        difference: 0.5,
        interval: differenceInterval(2, 0, 4),
      },
      { samples: 0, bothRight: 0, fixed: 0, broken: 0, bothWrong: 0 },
    ])
  })

  it('do not differ from themselves', () => {
    expect(compareGuesses(guesses, guesses, CLASSES)).toMatchObject({
      ...{ bothRight: 15, fixed: 0, broken: 0, bothWrong: 25, difference: 0 },
      test: { exact: 1, midP: 1 },
    })
  })

  it('count a sample without a guess as wrong', () => {
    expect(compareGuesses(guesses, withGaps, CLASSES)).toMatchObject({ bothRight: 14, broken: 1, fixed: 0 })
    expect(compareGuesses(withGaps, guesses, CLASSES)).toMatchObject({ bothRight: 14, broken: 0, fixed: 1 })
  })

  it('are compared in the rows that are asked for', () => {
    expect(compareGuesses(first, second, 3, Int32Array.of(2, 3, 6))).toMatchObject({ samples: 3, fixed: 3 })
  })

  it('are refused where they are not of the same samples', () => {
    expect(() => compareGuesses(first, guesses, CLASSES)).toThrow('has 7 samples, the other 40')
    const other = columns([0, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0])
    expect(() => compareGuesses(first, other, 3)).toThrow('Sample 2 has the label 0 in one evaluation and 1')
    expect(() => compareGuesses(first, second, 1)).toThrow('label of sample 3 is 1')
    expect(() => compareGuesses(columns([], []), columns([], []), 1)).toThrow(
      expect.objectContaining({ name: 'UsageError' }),
    )
  })
})
