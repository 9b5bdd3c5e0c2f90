import { expect, it } from 'vitest'
import { withLimit } from './fixed-ranges.ts'

const range = { from: 0.1, to: 0.9 }

it.each([
  ['from', '20', 100, { from: 0.2, to: 0.9 }],
  ['to', ' 2.5 ', 1, { from: 0.1, to: 2.5 }],
  ['from', '-1e-3', 1, { from: -0.001, to: 0.9 }],
] as const)('%s becomes %s', (limit, text, scale, expected) => {
  expect(withLimit(range, limit, text, scale)).toEqual(expected)
})

it.each([
  ['from', '0.9'],
  ['to', '0.05'],
  ['to', ''],
  ['to', 'much'],
  ['to', 'Infinity'],
  ['from', 'NaN'],
] as const)('%s cannot become "%s"', (limit, text) => {
  expect(withLimit(range, limit, text, 1)).toBeUndefined()
})
