import { describe, expect, it } from 'vitest'
import { below, randomNumbers, shuffle } from './random.ts'

describe('whole numbers below a limit', () => {
  it.each([1, 2, 3, 7, 1000])('come all alike: %d', (limit) => {
    const numbers = randomNumbers(5)
    const seen = new Int32Array(limit)
    const expected = 2000
    for (let i = 0; i < expected * limit; i++) seen[below(numbers, limit)]! += 1
    // Five deviations of a binomial count.
    expect(Math.min(...seen)).toBeGreaterThan(expected - 5 * Math.sqrt(expected))
    expect(Math.max(...seen)).toBeLessThan(expected + 5 * Math.sqrt(expected))
  })
})

describe('a shuffled list', () => {
  const shuffled = (seed: number) => {
    const list = Int32Array.from({ length: 50 }, (_, i) => i)
    shuffle(list, seed)
    return [...list]
  }

  it('has the same members, in an order of its seed', () => {
    expect(shuffled(1).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(shuffled(1)).toEqual(shuffled(1))
    expect(shuffled(1)).not.toEqual(shuffled(2))
  })

  it('has every member in every place', () => {
    const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => shuffled(seed)[0]))
    expect(firsts.size).toBe(50)
  })
})
