type Words = readonly [number, number, number, number]

const MULTIPLIERS = [0xd2511f53n, 0xcd9e8d57n] as const
const WEYL = [0x9e3779b9, 0xbb67ae85] as const

/** Philox 4x32-10 as Salmon et al. 2011 ("Parallel random numbers: as easy as 1, 2, 3") give it, section 4.3. */
export function philox4x32(counter: Words, key: readonly [number, number]): Words {
  let [x0, x1, x2, x3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const a = MULTIPLIERS[0] * BigInt(x0)
    const b = MULTIPLIERS[1] * BigInt(x2)
    const [highA, lowA, highB, lowB] = [a >> 32n, a & 0xffffffffn, b >> 32n, b & 0xffffffffn].map(
      Number,
    ) as unknown as Words
    ;[x0, x1, x2, x3] = [(highB ^ x1 ^ k0) >>> 0, lowB, (highA ^ x3 ^ k1) >>> 0, lowA]
    k0 = (k0 + WEYL[0]) >>> 0
    k1 = (k1 + WEYL[1]) >>> 0
  }
  return [x0, x1, x2, x3]
}

const halves = (value: bigint) => [Number(value & 0xffffffffn), Number(value >> 32n)] as const

/** A sample's numbers in [0, 1): the low 23 bits of each word of consecutive blocks. */
export function uniformNumbers(seed: number, stream: number, epoch: number, sample: number, count: number): number[] {
  const key = halves(BigInt(seed) + BigInt(stream) * 2n ** 56n)
  const blocks = Array.from({ length: Math.ceil(count / 4) }, (_, block) =>
    philox4x32([block, epoch, ...halves(BigInt(sample))], key),
  )
  return blocks
    .flat()
    .slice(0, count)
    .map((word) => (word % 2 ** 23) / 2 ** 23)
}
