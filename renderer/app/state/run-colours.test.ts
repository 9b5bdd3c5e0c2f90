import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => vi.unstubAllGlobals())

/** As a page of its own reads it. */
async function visit() {
  vi.resetModules()
  return import('./run-colours.ts')
}

it('keeps the colours of runs for the next visit, and passes over what is none', async () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  })
  const first = await visit()
  first.setRunColour('b', '#123456')
  const given = first.runColour('a')

  const second = await visit()
  expect([second.runColour('b'), second.runColour('a')]).toEqual(['#123456', given])

  kept.set([...kept.keys()][0]!, JSON.stringify([['a', 'red'], ['b', '#654321'], 'c', null, ['d']]))
  const third = await visit()
  expect(third.runColour('b')).toBe('#654321')
  expect(third.runColour('a')).toMatch(/^#[0-9a-f]{6}$/i)
})
