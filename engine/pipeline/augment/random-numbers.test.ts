import { describe, expect, it } from 'vitest'
import { compute } from '../../dataset/testing/image-files.ts'
import { philox4x32, uniformNumbers } from '../testing/philox.ts'
import { defineRandomNumbers, drawRandomNumbers } from './random-numbers.ts'

const NUMBERS_PER_SAMPLE = 24

async function draw(seed: number, pairs: readonly (readonly [epoch: number, sample: number])[]): Promise<number[][]> {
  const [flat] = await compute((g) => {
    const fn = defineRandomNumbers(g, seed, 'augmentation', NUMBERS_PER_SAMPLE)
    return [
      drawRandomNumbers(
        g,
        fn,
        g.constant(
          pairs.map(([epoch]) => epoch),
          'int64',
        ),
        g.constant(
          pairs.map(([, sample]) => sample),
          'int64',
        ),
      ),
    ]
  })
  return pairs.map((_, i) => flat!.slice(i * NUMBERS_PER_SAMPLE, (i + 1) * NUMBERS_PER_SAMPLE))
}

describe('the reference generator of these tests', () => {
  // From the known-answer tests of the paper's own library, Random123.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('gives the known answer of %j, key %j', (counter, key, answer) => {
    expect(philox4x32(counter, key)).toEqual(answer)
  })
})

describe('the random numbers of samples', () => {
  it('are those of Philox 4x32-10, keyed by seed and counted by epoch and sample', async () => {
    for (const seed of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const pairs = [
        [0, 0],
        [0, 1],
        [1, 0],
        [249, 1_281_166],
        [2 ** 32 - 1, 2 ** 40 + 7],
      ] as const
      expect(await draw(seed, pairs)).toEqual(
        pairs.map(([epoch, sample]) => uniformNumbers(seed, 1, epoch, sample, NUMBERS_PER_SAMPLE)),
      )
    }
  })

  it('never repeat between samples, epochs and seeds', async () => {
    const pairs = Array.from({ length: 2000 }, (_, i) => [i % 4, Math.floor(i / 4)] as const)
    const all = [...(await draw(1, pairs)), ...(await draw(2, pairs))]
    // Four numbers of 23 bits agree by chance once in 2 ** 92.
    const blocks = all.flatMap((row) => Array.from({ length: 6 }, (_, i) => row.slice(4 * i, 4 * i + 4).join()))
    expect(new Set(blocks).size).toBe(blocks.length)
  })
})
