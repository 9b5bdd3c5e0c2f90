import { expect, it } from 'vitest'
import { isClassCounts } from './class-counts.ts'

const line = { step: 4, epoch: 1, wall: 5, images: [3, 0], correct: [2, 0] }

it('takes what training writes, and nothing else', () => {
  expect(isClassCounts(line)).toBe(true)
  for (const wrong of [
    ...[undefined, null, 3, 'text', []],
    ...[
      { ...line, step: '4' },
      { ...line, images: [3] },
      { ...line, correct: [2, -1] },
      { ...line, images: [3, 0.5] },
    ],
    ...[{ ...line, correct: { length: 2 } }],
  ])
    expect(isClassCounts(wrong)).toBe(false)
})
