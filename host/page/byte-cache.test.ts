import { expect, it } from 'vitest'
import { ByteCache } from './byte-cache.ts'

it('keeps what was used last, within its bytes', () => {
  const cache = new ByteCache(30)
  for (const key of ['a', 'b', 'c']) cache.set(key, new Uint8Array(10))
  expect(cache.get('a')).toHaveLength(10)
  cache.set('d', new Uint8Array(10))
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true])
  cache.set('a', new Uint8Array(5))
  expect(cache.bytes).toBe(25)
  cache.set('big', new Uint8Array(31))
  expect(cache.bytes).toBe(0)
})
