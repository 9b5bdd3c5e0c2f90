import { describe, expect, it } from 'vitest'
import { Session } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import { centred, fakeQuantise, rangeOfValues } from './fake-quantise.ts'
import { fetch, uniform } from './test-kit.ts'

/**
 * Jacob et al. 2017, arXiv 1712.05877, equation 12 and section 3.1, in double precision: r = S (q - Z) with
 * S = (max - min) / (n - 1), Z the level next to zero, and q the level next to the clamped value.
 */
function reference(x: number, min: number, max: number, lowest: number): number {
  const highest = 255
  const scale = (max - min) / (highest - lowest)
  const zeroPoint = Math.min(highest, Math.max(lowest, Math.round(lowest - min / scale)))
  const level = Math.min(highest, Math.max(lowest, Math.round(x / scale) + zeroPoint))
  return scale * (level - zeroPoint)
}

async function run(build: (g: GraphBuilder) => Output[]): Promise<Float32Array[]> {
  using g = new GraphBuilder()
  const outputs = build(g)
  using session = new Session(g.graph)
  return await fetch(session, [], outputs)
}

const x = uniform(400, 11, -3, 3)

const ranges = [
  { min: -1, max: 1.01 },
  { min: -0.31, max: 2.7 },
  { min: -2.5, max: 0.4 },
  { min: 0, max: 1.7 },
  { min: -1.3, max: 0 },
]

describe('fake quantisation', () => {
  it.each(ranges.flatMap((range) => [0, 1].map((lowest) => ({ ...range, lowest }))))(
    'rounds to the levels of the formula: $min to $max from level $lowest',
    async ({ min, max, lowest }) => {
      const [y] = await run((g) => [
        fakeQuantise(g, g.constant([...x]), { min: g.constant(min), max: g.constant(max) }, lowest === 1),
      ])
      const wanted = Array.from(x, (value) => reference(value, min, max, lowest))
      expect(new Set(wanted).size).toBeGreaterThan(50)
      wanted.forEach((value, i) => expect(y![i]).toBeCloseTo(value, 5))
      expect(y![x.findIndex((value) => value > 3 - 0.05)]).toBeGreaterThanOrEqual(max > 0 ? 0.9 * max : -1e-6)
    },
  )

  it.each(ranges)('passes the gradient on within the range and none beyond: $min to $max', async ({ min, max }) => {
    const [gradient] = await run((g) => {
      const input = g.constant([...x])
      const weights = g.constant([...uniform(x.length, 5)])
      const y = fakeQuantise(g, input, { min: g.constant(min), max: g.constant(max) }, false)
      return [g.gradients(y, [input], weights)[0]!]
    })
    const weights = uniform(x.length, 5)
    const scale = (max - min) / 255
    // The ends are shifted by up to half a level, so that zero is one.
    const clear = [...x.keys()].filter((i) => Math.abs(x[i]! - min) > scale && Math.abs(x[i]! - max) > scale)
    expect(clear.length).toBeGreaterThan(380)
    for (const i of clear) expect(gradient![i]).toBe(x[i]! > min && x[i]! < max ? weights[i] : 0)
  })

  it('gives zero for a tensor of zeroes', async () => {
    const [y] = await run((g) => {
      const zeroes = g.constant([0, 0, 0])
      return [fakeQuantise(g, zeroes, rangeOfValues(g, zeroes), true)]
    })
    expect([...y!]).toEqual([0, 0, 0])
  })
})

describe('a range', () => {
  const ends = (values: number[], scheme: 'asymmetric' | 'symmetric', leaveOutLowest: boolean) =>
    run((g) => {
      const { min, max } = centred(g, rangeOfValues(g, g.constant(values)), scheme, leaveOutLowest)
      return [min, max]
    }).then((found) => found.map(([value]) => value!))

  it('holds the values and zero', async () => {
    expect(await ends([0.5, -0.25, 1.5], 'asymmetric', false)).toEqual([-0.25, 1.5])
    expect(await ends([0.5, 0.25], 'asymmetric', false)).toEqual([0, 0.5])
    expect(await ends([-0.5, -0.25], 'asymmetric', true)).toEqual([-0.5, 0])
  })

  it('has zero in its middle where it is symmetric', async () => {
    expect(await ends([0.5, -0.25], 'symmetric', true)).toEqual([-0.5, 0.5])
    expect(await ends([0.25, -0.5], 'symmetric', true)).toEqual([-0.5, 0.5])
    // Levels -128 to 127.
    for (const values of [
      [127, -3],
      [3, -128],
    ]) {
      const [min, max] = await ends(values, 'symmetric', false)
      expect(min).toBeCloseTo(-128, 4)
      expect(max).toBeCloseTo(127, 4)
    }
  })
})
