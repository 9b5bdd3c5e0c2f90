import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { given, inOrder, shuffled, type Order } from './order.ts'
import { compute } from '../dataset/testing/image-files.ts'

/** Epochs and samples of positions that follow each other. */
async function at(order: Order, first: number, count: number) {
  const [epochs, samples] = await compute((g) => {
    const found = order(
      g,
      g.constant(
        Array.from({ length: count }, (_, i) => first + i),
        'int64',
      ),
    )
    return [found.epochs, found.samples]
  })
  return { epochs: epochs!, samples: samples! }
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)
const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b)

describe('the shuffled order', () => {
  it('is a permutation in every epoch, whatever the size and the seed', async () => {
    for (const count of [1, 2, 3, 4, 5, 7, 31, 64, 255, 256, 257, 1000, 4096, 5001])
      for (const seed of [0, 1, Number.MAX_SAFE_INTEGER]) {
        const { epochs, samples } = await at(shuffled(count, count, seed), 3 * count, 2 * count)
        expect(epochs).toEqual([...upTo(count).fill(3), ...upTo(count).fill(4)])
        expect(ascending(samples.slice(0, count))).toEqual(upTo(count))
        expect(ascending(samples.slice(count))).toEqual(upTo(count))
      }
  })

  it('is the same from wherever one begins', async () => {
    const whole = await at(shuffled(37, 32, 5), 0, 200)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 199 }), fc.integer({ min: 1, max: 50 }), async (first, length) => {
        const { epochs, samples } = await at(shuffled(37, 32, 5), first, Math.min(length, 200 - first))
        expect(samples).toEqual(whole.samples.slice(first, first + length))
        expect(epochs).toEqual(whole.epochs.slice(first, first + length))
      }),
      { numRuns: 20 },
    )
  })

  it('leaves out what does not fill a batch, other samples in other epochs', async () => {
    const { samples } = await at(shuffled(10, 8, 1), 0, 8 * 20)
    const left = upTo(20).map((epoch) => {
      const seen = new Set(samples.slice(8 * epoch, 8 * epoch + 8))
      expect(seen.size).toBe(8)
      return upTo(10)
        .filter((sample) => !seen.has(sample))
        .join()
    })
    expect(new Set(left).size).toBeGreaterThan(10)
    expect(new Set(samples).size).toBe(10)
  })

  it('differs by epoch and by seed, also by seeds that are alike', async () => {
    const orders: string[] = []
    for (const seed of [0, 1, 2, 256, 257, 2 ** 21, 2 ** 32, 2 ** 32 + 1]) {
      const { samples } = await at(shuffled(50, 50, seed), 0, 50 * 300)
      for (const epoch of upTo(300)) orders.push(samples.slice(50 * epoch, 50 * epoch + 50).join())
    }
    expect(new Set(orders).size).toBe(orders.length)
  })

  it('puts every sample everywhere equally often, alone and in pairs', async () => {
    const [count, epochs] = [20, 2000]
    const { samples } = await at(shuffled(count, count, 1), 0, count * epochs)
    const place = (epoch: number, k: number) => samples[epoch * count + k]!
    // Chi-squared of n - 1 degrees of freedom is beyond n + 6 sqrt(2 n) once in many millions.
    const excess = (pairs: readonly (readonly [number, number])[]) => {
      const seen = new Map<string, number>()
      for (const pair of pairs) seen.set(pair.join(), (seen.get(pair.join()) ?? 0) + 1)
      const cells = count * (pairs.some(([a, b]) => a === b) ? count : count - 1)
      const expected = pairs.length / cells
      const counts = [...seen.values(), ...new Array<number>(cells - seen.size).fill(0)]
      return (counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0) - cells) / Math.sqrt(2 * cells)
    }
    const all = upTo(epochs)
    const positions = all.flatMap((epoch) => upTo(count).map((k) => [k, place(epoch, k)] as const))
    expect(excess(positions)).toBeLessThan(6)
    expect(excess(all.map((epoch) => [place(epoch, 0), place(epoch, 1)]))).toBeLessThan(6)
    expect(excess(all.map((epoch) => [place(epoch, 7), place(epoch, 19)]))).toBeLessThan(6)
    expect(excess(all.slice(1).map((epoch) => [place(epoch - 1, 0), place(epoch, 0)]))).toBeLessThan(6)
  })
})

describe('repeated augmentation', () => {
  it('takes fewer samples, each several times in a row with random numbers of its own', async () => {
    const [count, perEpoch, repeats] = [40, 30, 3]
    const [epochs, samples, draws] = await compute((g) => {
      const found = shuffled(count, perEpoch, 5, repeats)(g, g.constant(upTo(2 * perEpoch), 'int64'))
      return [found.epochs, found.samples, found.draws!]
    })
    const once = await at(shuffled(count, perEpoch, 5), 0, 2 * perEpoch)
    for (const epoch of [0, 1])
      for (const within of upTo(perEpoch)) {
        const position = epoch * perEpoch + within
        expect([epochs![position], draws![position]]).toEqual([epoch, epoch * repeats + (within % repeats)])
        expect(samples![position]).toBe(once.samples[epoch * perEpoch + Math.floor(within / repeats)])
      }
    expect(new Set(samples!.slice(0, perEpoch)).size).toBe(perEpoch / repeats)
  })
})

describe('the other orders', () => {
  it('are the samples as they are numbered, or a list of them', async () => {
    expect(await at(inOrder, 5, 3)).toEqual({ epochs: [0, 0, 0], samples: [5, 6, 7] })
    expect(await at(given([9, 2, 9, 4], 3), 1, 3)).toEqual({ epochs: [3, 3, 3], samples: [2, 9, 4] })
  })
})
