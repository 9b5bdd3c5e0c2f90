import { afterEach, expect, it, vi } from 'vitest'
import { keep, readKept } from './kept.ts'

afterEach(() => vi.unstubAllGlobals())

it('is read again, and is nothing where it was never kept or is damaged', () => {
  const kept = new Map([['damaged', '{"a":']])
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  })
  keep('columns', ['a', 'b'])
  expect(readKept('columns')).toEqual(['a', 'b'])
  expect(readKept('damaged')).toBeUndefined()
  expect(readKept('never')).toBeUndefined()
})

it('does without a place', () => {
  const full = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  }
  vi.stubGlobal('localStorage', { getItem: full, setItem: full })
  keep('columns', ['a'])
  expect(readKept('columns')).toBeUndefined()
})
