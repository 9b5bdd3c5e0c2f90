import { describe, expect, it } from 'vitest'
import { filterTitle, shownRows, type SampleFilter } from './sample-filter.ts'

const columns = {
  labels: Int32Array.of(0, 0, 1, 1, 2),
  guesses: Int32Array.of(0, 1, 1, -1, 0),
  confidences: Float32Array.of(0.5, 0.75, 0.25, NaN, 1),
  losses: Float32Array.of(0.7, 2, 1.4, NaN, 9),
}
const rows = (filter: SampleFilter) => [...shownRows(columns, filter, 'file')]

describe('the samples that a filter lets through', () => {
  it.each([
    [{ kind: 'all' }, [0, 1, 2, 3, 4]],
    [{ kind: 'right' }, [0, 2]],
    [{ kind: 'wrong' }, [1, 3, 4]],
    [{ kind: 'cell', label: 0, guess: 1 }, [1]],
    [{ kind: 'cell', label: 1, guess: -1 }, [3]],
    [{ kind: 'label', of: 1 }, [2, 3]],
    [{ kind: 'missed', of: 1 }, [3]],
    [{ kind: 'guess', of: 0 }, [0, 4]],
    [{ kind: 'confidence', from: 0.25, to: 0.75, withFrom: false }, [0, 1]],
    [{ kind: 'confidence', from: 0.25, to: 0.75, withFrom: true }, [0, 1, 2]],
    [{ kind: 'taken', threshold: 0.75 }, [1, 4]],
    [{ kind: 'takenWrong', threshold: 0.5 }, [1, 4]],
    [{ kind: 'leftOut', threshold: 0.75 }, [0, 2, 3]],
  ] as [SampleFilter, number[]][])('%j', (filter, expected) => expect(rows(filter)).toEqual(expected))

  it('come in the order that is asked for, those without numbers as the worst', () => {
    const ordered = (order: 'worst' | 'unsure' | 'sure') => [...shownRows(columns, { kind: 'all' }, order)]
    expect(ordered('worst')).toEqual([3, 4, 1, 2, 0])
    expect(ordered('unsure')).toEqual([3, 2, 0, 1, 4])
    expect(ordered('sure')).toEqual([4, 1, 0, 2, 3])
  })

  it('are told in words', () => {
    const nameOf = (label: number) => ['cat', 'dog', 'owl'][label]!
    expect(filterTitle({ kind: 'cell', label: 0, guess: 1 }, nameOf)).toBe('cat taken for dog')
    expect(filterTitle({ kind: 'cell', label: 0, guess: -1 }, nameOf)).toBe('cat, without a guess')
    expect(filterTitle({ kind: 'leftOut', threshold: 0.955 }, nameOf)).toBe('Confidence below 95.5%')
  })
})
