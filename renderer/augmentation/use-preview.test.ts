import { expect, it } from 'vitest'
import type { ShownSample } from '../../shared/contract/images.ts'
import { withOriginals } from './use-preview.ts'

const sample = (index: number, original?: number): ShownSample => ({
  index,
  label: 0,
  className: 'a',
  augmented: Uint8Array.of(index),
  height: 1,
  width: 1,
  channels: 1,
  ...(original !== undefined && { original: Uint8Array.of(original) }),
})

it("keeps evaluation's views that did not travel again", () => {
  const first = withOriginals([sample(1, 10), sample(2, 20)], [])
  const second = withOriginals([sample(1), sample(2)], first)
  expect(second.map(({ original }) => original?.[0])).toEqual([10, 20])
  expect(withOriginals([sample(3, 30)], second).map(({ original }) => original?.[0])).toEqual([30])
})
