import { describe, expect, it } from 'vitest'
import { UsageError } from '../errors.ts'
import { nearest } from './neighbours.ts'

describe('the nearest samples by their features', () => {
  const features = Float32Array.of(1, 0, 3, 3, 0, 2, -1, 0, NaN, 1, 0, 0, 5, 5)

  it('are those in the most similar direction, however long, of equal ones the first', () => {
    const { rows, similarities } = nearest(features, 2, Float32Array.of(2, 2), 3)
    expect([...rows]).toEqual([1, 6, 0])
    expect(similarities[0]).toBeCloseTo(1, 12)
    expect(similarities[2]).toBeCloseTo(Math.SQRT1_2, 7)
  })

  it('leave out those without finite features and without any', () => {
    const { rows, similarities } = nearest(features, 2, Float32Array.of(1, 0), 99)
    expect([...rows]).toEqual([0, 1, 6, 2, 3])
    expect(similarities[4]).toBeCloseTo(-1, 12)
  })

  it('are those of sorting all, of random features', () => {
    let state = 7
    const next = () => ((state = (state * 48271) % 2147483647), state / 2147483647 - 0.5)
    const [n, width] = [500, 8]
    const many = Float32Array.from({ length: n * width }, next)
    const of = Float32Array.from({ length: width }, next)
    const angle = (row: number) => {
      const own = many.subarray(row * width, (row + 1) * width)
      const dot = own.reduce((sum, value, i) => sum + value * of[i]!, 0)
      return dot / Math.hypot(...own) / Math.hypot(...of)
    }
    const expected = Array.from({ length: n }, (_, row) => row).sort((a, b) => angle(b) - angle(a))
    expect([...nearest(many, width, of, 20).rows]).toEqual(expected.slice(0, 20))
  })

  it('of another width are refused', () => {
    expect(() => nearest(features, 2, Float32Array.of(1, 2, 3), 1)).toThrow(UsageError)
  })
})
