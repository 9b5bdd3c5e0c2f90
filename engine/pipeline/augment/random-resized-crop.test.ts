import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compute } from '../../dataset/testing/image-files.ts'
import { uniformNumbers } from '../testing/philox.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import { ATTEMPTS } from './random-window.ts'

interface Ranges {
  readonly area: [number, number]
  readonly aspect: [number, number]
}
const usual: Ranges = { area: [0.08, 1], aspect: [3 / 4, 4 / 3] }

/** An image with the uniform numbers of its crop: areas, aspects, top, left. */
interface Case {
  readonly height: number
  readonly width: number
  readonly numbers: readonly number[]
}
const COUNT = 2 * ATTEMPTS + 2

async function crop(cases: readonly Case[], ranges: Ranges): Promise<number[][]> {
  const [flat] = await compute((g) => {
    const float = (values: readonly (number | readonly number[])[]) => g.constant(values, 'float64')
    const place = (i: number) => float(cases.map(({ numbers }) => numbers[2 * ATTEMPTS + i]!))
    const attempts = (i: number) => float(cases.map(({ numbers }) => numbers.slice(i * ATTEMPTS, (i + 1) * ATTEMPTS)))
    const sizes = { heights: float(cases.map(({ height }) => height)), widths: float(cases.map(({ width }) => width)) }
    return [
      randomResizedCrop(g, sizes, { area: attempts(0), aspect: attempts(1), top: place(0), left: place(1) }, ranges),
    ]
  })
  return cases.map((_, i) => flat!.slice(4 * i, 4 * i + 4))
}

/** To the nearest whole number, a half to the even one. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x)
  if (x - below !== 0.5) return Math.round(x)
  return below % 2 === 0 ? below : below + 1
}

/** The algorithm one attempt after the other, as the paper's description reads. */
function expected({ height, width, numbers }: Case, { area, aspect }: Ranges): number[] {
  const [top, left] = [numbers[2 * ATTEMPTS]!, numbers[2 * ATTEMPTS + 1]!]
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const target = height * width * (area[0] + numbers[attempt]! * (area[1] - area[0]))
    const logAspect = Math.log(aspect[0]) + numbers[ATTEMPTS + attempt]! * (Math.log(aspect[1]) - Math.log(aspect[0]))
    const w = roundHalfEven(Math.sqrt(target * Math.exp(logAspect)))
    const h = roundHalfEven(Math.sqrt(target / Math.exp(logAspect)))
    if (w < 1 || h < 1 || w > width || h > height) continue
    return [Math.floor(top * (height - h + 1)), Math.floor(left * (width - w + 1)), h, w]
  }
  let [h, w] = [height, width]
  if (width / height < aspect[0]) h = Math.max(1, roundHalfEven(width / aspect[0]))
  else if (width / height > aspect[1]) w = Math.max(1, roundHalfEven(height * aspect[1]))
  return [Math.floor((height - h) / 2), Math.floor((width - w) / 2), h, w]
}

const side = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 600 }))
const anyCase = fc.record({ height: side, width: side, sample: fc.nat() })
const range = (min: number, max: number) =>
  fc
    .tuple(fc.double({ min, max, noNaN: true }), fc.double({ min, max, noNaN: true }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as [number, number])

describe('random windows', () => {
  it('are those of the published algorithm, from the same numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCase, { minLength: 1, maxLength: 40 }),
        fc.oneof(fc.constant(usual), fc.record({ area: range(0.01, 1), aspect: range(0.1, 10) })),
        async (sizes, ranges) => {
          const cases = sizes.map(({ height, width, sample }) => ({
            height,
            width,
            numbers: uniformNumbers(3, 9, 0, sample, COUNT),
          }))
          const windows = await crop(cases, ranges)
          expect(windows).toEqual(cases.map((one) => expected(one, ranges)))
          windows.forEach(([top, left, h, w], i) => {
            const { height, width } = cases[i]!
            expect(top! >= 0 && left! >= 0 && h! >= 1 && w! >= 1 && top! + h! <= height && left! + w! <= width).toBe(
              true,
            )
          })
        },
      ),
      { numRuns: 50 },
    )
  })

  it('fall back to the largest centred window within the range of aspect ratios', async () => {
    const numbers = new Array<number>(COUNT).fill(0.999999)
    const wide = { height: 20, width: 200, numbers }
    expect(
      await crop([wide, { ...wide, height: 200, width: 20 }, { height: 1, width: 1000, numbers }], {
        area: [1, 1],
        aspect: [3 / 4, 4 / 3],
      }),
    ).toEqual([
      [0, 86, 20, 27],
      [86, 0, 27, 20],
      [0, 499, 1, 1],
    ])
  })

  it('have areas uniform in their range and aspect ratios log-uniform in theirs, where all fit', async () => {
    const ranges: Ranges = { area: [0.1, 0.4], aspect: [1 / 2, 2] }
    const cases = Array.from({ length: 20_000 }, (_, sample) => ({
      height: 1000,
      width: 1000,
      numbers: uniformNumbers(1, 1, 0, sample, COUNT),
    }))
    const windows = (await crop(cases, ranges)) as [number, number, number, number][]
    const areas = windows.map(([, , h, w]) => ((h * w) / 1e6 - 0.1) / 0.3)
    const aspects = windows.map(([, , h, w]) => Math.log2(w / h) / 2 + 0.5)
    const tops = windows.map(([top, , h]) => (top + 0.5) / (1001 - h))
    const lefts = windows.map(([, left, , w]) => (left + 0.5) / (1001 - w))
    // Kolmogorov-Smirnov: of 20,000 uniform numbers the greatest distance is above 0.02 once in ten million.
    for (const values of [areas, aspects, tops, lefts]) expect(distanceFromUniform(values)).toBeLessThan(0.02)
  })
})

function distanceFromUniform(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.max(
    ...sorted.map((value, i) =>
      Math.max(Math.abs(value - i / sorted.length), Math.abs(value - (i + 1) / sorted.length)),
    ),
  )
}
