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

it('is apart for pages below several paths of one host', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  })
  const places = ['/', '/anneal/', '/tools/anneal/']
  for (const pathname of places) {
    vi.stubGlobal('location', { pathname })
    keep('draft', pathname)
  }
  for (const pathname of places) {
    vi.stubGlobal('location', { pathname })
    expect(readKept('draft')).toBe(pathname)
  }
  vi.stubGlobal('location', { pathname: '/anneal/index.html' })
  expect(readKept('draft')).toBe('/anneal/')
  // What was kept before a page could lie elsewhere goes on being read.
  expect(kept.get('draft')).toBe('"/"')
})

it('does without a place', () => {
  const full = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  }
  vi.stubGlobal('localStorage', { getItem: full, setItem: full })
  keep('columns', ['a'])
  expect(readKept('columns')).toBeUndefined()
})
