import { expect, it } from 'vitest'
import { correctionOf, decisionText } from './decision.ts'

const sample = { path: 'train/cat/1.png' }

it('names the sample, the label that it has and what is decided', () => {
  expect(correctionOf(sample, 'cat', 'exclude')).toEqual({ ...sample, given: 'cat', decision: 'exclude' })
  expect(correctionOf({ ...sample, record: 12 }, 'cat', { label: 'dog' })).toEqual({
    ...sample,
    record: 12,
    given: 'cat',
    decision: 'label',
    label: 'dog',
  })
})

it('keeps the label of the file where the run was trained on the corrected one', () => {
  const earlier = correctionOf(sample, 'cat', { label: 'dog' })
  expect(correctionOf(sample, 'dog', 'right', earlier).given).toBe('cat')
  expect(correctionOf(sample, 'cat', 'right', earlier).given).toBe('cat')
  // Moved to another class since: what was decided of cats says nothing of it.
  expect(correctionOf(sample, 'bird', 'right', earlier).given).toBe('bird')
})

it('tells a decision in a word or two', () => {
  const shown = (name: string) => name.toUpperCase()
  expect(decisionText(correctionOf(sample, 'cat', { label: 'dog' }), shown)).toBe('→ DOG')
  expect(decisionText(correctionOf(sample, 'cat', 'exclude'), shown)).toBe('left out')
})
