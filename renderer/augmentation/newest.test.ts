import { describe, expect, it } from 'vitest'
import { newest } from './newest.ts'

describe('the newest input', () => {
  it('is what is worked on next, the ones between are skipped', async () => {
    const done: number[] = []
    const ends: (() => void)[] = []
    const show = newest<number>(async (input) => {
      await new Promise<void>((resolve) => ends.push(resolve))
      done.push(input)
    })
    const end = async () => {
      ends.shift()!()
      await new Promise((resolve) => setTimeout(resolve))
    }
    for (const input of [1, 2, 3, 4]) show(input)
    await end()
    await end()
    expect(done).toEqual([1, 4])
    show(5)
    await end()
    expect(done).toEqual([1, 4, 5])
    expect(ends).toEqual([])
  })
})
