import { describe, expect, it } from 'vitest'
import { compute, pixelsOf } from '../../dataset/testing/image-files.ts'
import {
  amountOf,
  applyOperation,
  operationNames,
  randAugmentStrengths,
  trivialAugmentStrengths,
  type OperationName,
  type Strengths,
} from './operations.ts'

const [height, width] = [9, 12]

async function apply(
  name: OperationName,
  pixels: Uint8Array,
  channels: number,
  amount: number,
  strengths: Strengths = trivialAugmentStrengths,
): Promise<number[]> {
  const [result] = await compute((g) => [
    applyOperation(
      g,
      name,
      g.constant([...pixels], 'uint8', [height, width, channels]),
      g.constant(amount),
      channels,
      strengths,
    ),
  ])
  return result!
}

type At = (y: number, x: number, c: number) => number
type Reference = (at: At, amount: number, channels: number) => At

const inside =
  (at: At): At =>
  (y, x, c) =>
    y >= 0 && y < height && x >= 0 && x < width ? at(y, x, c) : 0
/** Halves away from zero, as C rounds. */
const nearest = (v: number) => Math.sign(v) * Math.round(Math.abs(v))
/** Where an output pixel (x, y) comes from. */
const moved =
  (from: (x: number, y: number, amount: number) => readonly [number, number]): Reference =>
  (at, amount) =>
  (y, x, c) => {
    const [u, v] = from(x, y, amount)
    return inside(at)(nearest(v), nearest(u), c)
  }
const cut = (v: number) => Math.max(0, Math.min(255, v))
const blended =
  (plain: (at: At, channels: number) => At): Reference =>
  (at, amount, channels) =>
  (y, x, c) => {
    const other = plain(at, channels)(y, x, c)
    return cut(other * (1 - (1 + amount)) + (1 + amount) * at(y, x, c))
  }
const grey =
  (at: At, channels: number): At =>
  (y, x) =>
    channels === 1 ? at(y, x, 0) : 0.299 * at(y, x, 0) + 0.587 * at(y, x, 1) + 0.114 * at(y, x, 2)
const places = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const)
const mean = (at: At) => places.reduce((sum, [y, x]) => sum + at(y, x, 0), 0) / places.length
const valuesOf = (at: At, c: number) => places.map(([y, x]) => at(y, x, c))

const references: Record<OperationName, Reference> = {
  identity: (at) => at,
  'shear-x': moved((x, y, amount) => [x + amount * y, y]),
  'shear-y': moved((x, y, amount) => [x, y + amount * x]),
  'translate-x': moved((x, y, amount) => [x + Math.trunc(amount), y]),
  'translate-y': moved((x, y, amount) => [x, y + Math.trunc(amount)]),
  rotate: moved((x, y, degrees) => {
    const [cx, cy, angle] = [(width - 1) / 2, (height - 1) / 2, (degrees * Math.PI) / 180]
    const [dx, dy] = [x - cx, y - cy]
    return [cx + dx * Math.cos(angle) - dy * Math.sin(angle), cy + dx * Math.sin(angle) + dy * Math.cos(angle)]
  }),
  brightness: blended(() => () => 0),
  colour: blended(grey),
  contrast: blended((at, channels) => {
    const level = mean(grey(at, channels))
    return () => level
  }),
  sharpness: blended((at) => (y, x, c) => {
    if (y === 0 || x === 0 || y === height - 1 || x === width - 1) return at(y, x, c)
    let sum = 4 * at(y, x, c)
    for (const v of [-1, 0, 1]) for (const u of [-1, 0, 1]) sum += at(y + v, x + u, c)
    return sum / 13
  }),
  posterize: (at, bits) => (y, x, c) => (at(y, x, c) >> bits) << bits,
  solarize: (at, threshold) => (y, x, c) => (at(y, x, c) >= threshold ? 255 - at(y, x, c) : at(y, x, c)),
  'auto-contrast': (at) => (y, x, c) => {
    const [low, high] = [Math.min(...valuesOf(at, c)), Math.max(...valuesOf(at, c))]
    return high === low ? at(y, x, c) : ((at(y, x, c) - low) * 255) / (high - low)
  },
  equalize: (at) => (y, x, c) => {
    const values = valuesOf(at, c)
    const highest = Math.max(...values)
    const step = Math.floor(values.filter((value) => value !== highest).length / 255)
    const below = values.filter((value) => value < at(y, x, c)).length
    return step === 0 ? at(y, x, c) : Math.min(255, Math.floor((Math.floor(step / 2) + below) / step))
  },
}

const amounts: Record<OperationName, readonly number[]> = {
  identity: [0],
  'shear-x': [0.3, -0.71],
  'shear-y': [0.17, -0.99],
  'translate-x': [3.9, -5.2],
  'translate-y': [2.2, -32],
  rotate: [30.7, -117],
  brightness: [-0.99, 0.5],
  colour: [-1, 0.7],
  contrast: [-0.4, 0.9],
  sharpness: [-0.99, 0.99],
  posterize: [0, 3, 6],
  solarize: [255, 128, 0],
  'auto-contrast': [0],
  equalize: [0],
}

/** Of low contrast, and in one case of a single value. */
const pictures = [
  { pixels: pixelsOf(3, width, height).map((value) => 40 + value / 2), channels: 3 },
  { pixels: pixelsOf(4, width, height, 1), channels: 1 },
  { pixels: new Uint8Array(height * width * 3).fill(77), channels: 3 },
]

describe.each(operationNames)('%s', (name) => {
  it('changes every pixel as its formula says', async () => {
    for (const { pixels, channels } of pictures)
      for (const amount of amounts[name]) {
        const at: At = (y, x, c) => pixels[(y * width + x) * channels + c]!
        const reference = references[name](at, Math.fround(amount), channels)
        const expected = Array.from(pixels, (_, i) =>
          reference(Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels),
        )
        const found = await apply(name, pixels, channels, amount)
        // Rounded from single precision: half a level and a little.
        expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThanOrEqual(0.501)
      }
  })
})

it('equalises a picture of enough pixels to a flat histogram', async () => {
  const values = Array.from({ length: 64 * 64 }, (_, i) => Math.floor(i / 64) + 90)
  const [result] = await compute((g) => [
    applyOperation(g, 'equalize', g.constant(values, 'uint8', [64, 64, 1]), g.constant(0), 1, trivialAugmentStrengths),
  ])
  // 64 values of 64 pixels: the step is 4032 / 255 = 15, and the value of rank r becomes (7 + 64 r) / 15.
  expect(result).toEqual(values.map((value) => Math.min(255, Math.floor((7 + 64 * (value - 90)) / 15))))
})

describe('the strengths', () => {
  it("of RandAugment are torchvision's at magnitude 9 of 30 in 31 bins", () => {
    const at = (name: OperationName) => amountOf(name, 9 / 30, randAugmentStrengths)
    expect(
      [at('shear-x'), at('rotate'), at('brightness'), at('posterize'), at('solarize')].map((value) =>
        Number(value.toFixed(4)),
      ),
    ).toEqual([0.09, 9, 0.27, 1, 178.5])
    expect(224 * at('translate-x')).toBeCloseTo((150 / 331) * 224 * 0.3)
  })

  it('of TrivialAugment are the wide ones at their ends', () => {
    const ends = (name: OperationName) => [0, 1].map((strength) => amountOf(name, strength, trivialAugmentStrengths))
    expect(
      ['shear-y', 'translate-y', 'rotate', 'colour', 'posterize', 'solarize'].map((name) =>
        ends(name as OperationName),
      ),
    ).toEqual([
      [0, 0.99],
      [0, 32],
      [0, 135],
      [0, 0.99],
      [0, 6],
      [255, 0],
    ])
    expect([0, 1, 2, 3, 4, 5, 6].map((sixth) => amountOf('posterize', sixth / 6, trivialAugmentStrengths))).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ])
  })

  it('of a share are of the side that is moved along', async () => {
    const { pixels } = pictures[0]!
    expect(await apply('translate-x', pixels, 3, 0.25, randAugmentStrengths)).toEqual(
      await apply('translate-x', pixels, 3, 3),
    )
    expect(await apply('translate-y', pixels, 3, 1 / 3 + 0.001, randAugmentStrengths)).toEqual(
      await apply('translate-y', pixels, 3, 3),
    )
  })
})
