import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellOf, confusionOf, largestMistakes, rowOf } from './confusion.ts'
import { NO_GUESS } from './samples.ts'
import { CLASSES, columns, guesses, withGaps } from './test-kit.ts'

describe('a confusion', () => {
  const confusion = confusionOf(guesses, CLASSES)

  it('has the counts of scikit-learn', () => {
    const cells = [0, 1, 2, 3].map((label) => [0, 1, 2, 3].map((guess) => cellOf(confusion, label, guess)))
    // scikit-learn 1.9.1: confusion_matrix
    expect(cells).toEqual([
      [7, 4, 0, 3],
      [3, 8, 0, 2],
      [5, 2, 0, 6],
      [0, 0, 0, 0],
    ])
    expect(confusion).toMatchObject({ classes: 4, samples: 40, right: 15, withoutGuess: 0 })
    expect([...confusion.labelled]).toEqual([14, 13, 13, 0])
    expect([...confusion.guessed]).toEqual([15, 14, 0, 11])
    expect([...confusion.hits]).toEqual([7, 8, 0, 0])
  })

  it('gives a row as what was guessed', () => {
    const { guesses, counts } = rowOf(confusion, 2)
    expect([[...guesses], [...counts]]).toEqual([
      [0, 1, 3],
      [5, 2, 6],
    ])
    expect(rowOf(confusion, 3).guesses).toHaveLength(0)
  })

  it('names the largest mistakes', () => {
    expect(largestMistakes(confusion, 4)).toEqual([
      { label: 2, guess: 3, count: 6 },
      { label: 2, guess: 0, count: 5 },
      { label: 0, guess: 1, count: 4 },
      { label: 0, guess: 3, count: 3 },
    ])
    expect(largestMistakes(confusion, 5).at(-1)).toEqual({ label: 1, guess: 0, count: 3 })
    expect(largestMistakes(confusion, 100)).toHaveLength(7)
    expect(largestMistakes(confusion, 0)).toEqual([])
  })

  it('counts samples without a guess apart, never as right', () => {
    const gaps = confusionOf(withGaps, CLASSES)
    expect(gaps).toMatchObject({ samples: 40, withoutGuess: 5, right: 14 })
    expect(gaps.labelled).toEqual(confusion.labelled)
    expect([0, 1, 2].reduce((sum, label) => sum + cellOf(gaps, label, NO_GUESS), 0)).toBe(5)
    expect(largestMistakes(gaps, 100).every(({ guess }) => guess >= 0)).toBe(true)
  })

  it('is of the rows that are asked for, as often as they are', () => {
    const part = confusionOf(guesses, CLASSES, Int32Array.of(3, 3, 5))
    expect(part.samples).toBe(3)
    expect(cellOf(part, guesses.labels[3]!, guesses.guesses[3]!)).toBe(2)
    expect(cellOf(part, guesses.labels[5]!, guesses.guesses[5]!)).toBe(1)
  })

  it('refuses no samples, and what is not a class', () => {
    const message = (text: string) =>
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(text) as unknown }) as unknown
    expect(() => confusionOf(columns([], []), 2)).toThrow(message('choose at least one'))
    expect(() => confusionOf(guesses, CLASSES, new Int32Array(0))).toThrow(message('choose at least one'))
    expect(() => confusionOf(columns([0, 2], [0, 0]), 2)).toThrow(message('label of sample 1 is 2'))
    expect(() => confusionOf(columns([0, 1], [0, -2]), 2)).toThrow(message('guess of sample 1 is -2'))
    expect(() => confusionOf(guesses, CLASSES, Int32Array.of(40))).toThrow(message('no sample 40 among 40'))
  })

  const sample = fc.record({
    label: fc.nat({ max: 6 }),
    guess: fc.nat({ max: 6 }),
    confidence: fc.constantFrom(0.25, 1, NaN),
  })
  it('says the same as counting, and its sums are those of its parts', () =>
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 60 }), fc.nat({ max: 12 }), (list, limit) => {
        const samples = columns(
          list.map(({ label }) => label),
          list.map(({ guess }) => guess),
          list.map(({ confidence }) => confidence),
        )
        const found = confusionOf(samples, 7)
        const count = (label: number, guess: number) =>
          list.filter((s) => s.label === label && (Number.isNaN(s.confidence) ? NO_GUESS : s.guess) === guess).length
        const mistakes: number[] = []
        for (let label = 0; label < 7; label++)
          for (let guess = NO_GUESS; guess < 7; guess++) {
            expect(cellOf(found, label, guess)).toBe(count(label, guess))
            if (guess >= 0 && guess !== label && count(label, guess) > 0) mistakes.push(count(label, guess))
          }
        const sum = (values: Int32Array) => values.reduce((a, b) => a + b, 0)
        expect(sum(found.counts)).toBe(list.length)
        expect(sum(found.labelled)).toBe(list.length)
        expect(sum(found.guessed) + found.withoutGuess).toBe(list.length)
        expect(largestMistakes(found, limit).map(({ count }) => count)).toEqual(
          mistakes.sort((a, b) => b - a).slice(0, limit),
        )
      }),
    ))
})
