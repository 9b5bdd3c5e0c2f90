import { describe, expect, it } from 'vitest'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { trainingTransform, type Transform } from './transforms.ts'
import {
  amountOf,
  goesEitherWay,
  operationNames,
  randAugmentStrengths,
  trivialAugmentStrengths,
  type Strengths,
} from './operations.ts'
import { sizeInEpoch } from './progressive-size.ts'
import type { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import { compute, pixelsOf, recipeOf } from '../../dataset/testing/image-files.ts'
import { uniformNumbers } from '../testing/philox.ts'

const NUMBERS = 72
const [seed, epoch] = [5, 3]
const numbersOf = (sample: number) => uniformNumbers(seed, 1, epoch, sample, NUMBERS)
/** Nothing but what a test is about. */
const still = { crop: 'none', flip: 0 } as const
const size = 16

const build = (g: GraphBuilder, augment: Partial<Recipe['augment']>, data: Partial<Recipe['data']> = {}): Transform => {
  const recipe = recipeOf({ imageSize: size, evaluationResize: size, ...data }, { ...still, ...augment }, seed)
  return trainingTransform(g, recipe.data, recipe.augment, recipe.run.seed)
}

/** The figures of samples 0 to count - 1, behind their windows. */
async function figuresOf(augment: Partial<Recipe['augment']>, count: number): Promise<number[][]> {
  return compute((g) => {
    const samples = Array.from({ length: count }, (_, i) => i)
    const sizes = () =>
      g.constant(
        samples.map(() => 40),
        'float64',
      )
    const figures = build(g, augment).draw(g, {
      samples: g.constant(samples, 'int64'),
      epochs: g.constant(
        samples.map(() => epoch),
        'int64',
      ),
      heights: sizes(),
      widths: sizes(),
    })
    return figures
      .slice(1)
      .map((figure) => (g.dtypeOf(figure) === 'bool' ? g.op('Cast', [figure], { DstT: 'int32' }) : figure))
  })
}

/** Pixels of a sample before and after a transform. */
async function finished(augment: Partial<Recipe['augment']>, sample: number, data: Partial<Recipe['data']> = {}) {
  const channels = data.channels ?? 3
  const before = pixelsOf(sample, size, size, channels)
  const [after] = await compute((g) => {
    const transform = build(g, augment, data)
    const chunk = (values: readonly number[]) => g.constant(values, 'float64')
    const figures = transform.draw(g, {
      samples: g.constant([sample], 'int64'),
      epochs: g.constant([epoch], 'int64'),
      heights: chunk([40]),
      widths: chunk([40]),
    })
    const own = figures.map((figure) => g.op('Squeeze', [figure], { squeeze_dims: [0] }))
    return [transform.finish(g, g.constant([...before], 'uint8', [size, size, channels]), own)]
  })
  return { before, after: after! }
}

describe('policies', () => {
  const check = async (
    augment: Partial<Recipe['augment']>,
    {
      count,
      strengths,
      strength,
    }: { count: number; strengths: Strengths; strength: (numbers: readonly number[]) => number },
  ) => {
    const samples = 3000
    const [operations, amounts] = (await figuresOf(augment, samples)) as [number[], number[]]
    const expected = Array.from({ length: samples }, (_, sample) => {
      const numbers = numbersOf(sample)
      return Array.from({ length: count }, (_, k) => {
        const operation = Math.floor(numbers[28 + k]! * operationNames.length)
        const name = operationNames[operation]!
        const sign = goesEitherWay(name) && numbers[38 + k]! < 0.5 ? -1 : 1
        return { operation, amount: sign * amountOf(name, strength(numbers), strengths) }
      })
    }).flat()
    expect(operations).toEqual(expected.map(({ operation }) => operation))
    expect(Math.max(...amounts.map((amount, i) => Math.abs(amount - expected[i]!.amount)))).toBeLessThan(1e-4)
    const each = operations.length / operationNames.length
    const chiSquared = operationNames.reduce(
      (sum, _, operation) => sum + (operations.filter((one) => one === operation).length - each) ** 2 / each,
      0,
    )
    // Of 13 degrees of freedom: above 60 once in twenty million.
    expect(chiSquared).toBeLessThan(60)
  }

  it('RandAugment draws operations and signs of one strength', () =>
    check(
      { policy: 'randaugment', operations: 3, magnitude: 9 },
      { count: 3, strengths: randAugmentStrengths, strength: () => 9 / 30 },
    ))

  it('TrivialAugment draws one operation and one of 31 strengths', () =>
    check(
      { policy: 'trivialaugment' },
      { count: 1, strengths: trivialAugmentStrengths, strength: (numbers) => Math.floor(numbers[48]! * 31) / 30 },
    ))

  it('do the operations one after the other', async () => {
    // A sample whose two operations are known and leave the pixels in another order than either alone.
    const operationsOf = (sample: number) =>
      [28, 29].map((place) => operationNames[Math.floor(numbersOf(sample)[place]! * operationNames.length)])
    const sample = Array.from({ length: 5000 }, (_, i) => i).find(
      (i) => operationsOf(i).join() === 'solarize,posterize',
    )!
    const { before, after } = await finished({ policy: 'randaugment', magnitude: 15 }, sample)
    const solarized = (value: number) => (value >= 127.5 ? 255 - value : value)
    expect(after).toEqual(Array.from(before, (value) => (solarized(value) >> 2) << 2))
  })
})

describe('colour jitter', () => {
  it('strengthens or weakens brightness, contrast and saturation in this order', async () => {
    for (const sample of [0, 1, 2]) {
      const { before, after } = await finished({ brightness: 0.4, contrast: 0.6, saturation: 1.5 }, sample)
      const u = numbersOf(sample).slice(24, 27)
      const factors = [0.6 + 0.8 * u[0]!, 0.4 + 1.2 * u[1]!, 2.5 * u[2]!]
      let pixels = Array.from({ length: size * size }, (_, i) => [...before.slice(3 * i, 3 * i + 3)])
      const luma = ([r, g, b]: number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!
      const cut = (value: number) => Math.max(0, Math.min(255, value))
      pixels = pixels.map((rgb) => rgb.map((value) => cut(value * factors[0]!)))
      const mean = pixels.reduce((sum, rgb) => sum + luma(rgb), 0) / pixels.length
      pixels = pixels.map((rgb) => rgb.map((value) => cut(mean + (value - mean) * factors[1]!)))
      pixels = pixels.map((rgb) => rgb.map((value) => cut(luma(rgb) + (value - luma(rgb)) * factors[2]!)))
      const expected = pixels.flat()
      expect(Math.max(...after.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(0.51)
    }
  })

  it('turns the hue by a share of a full turn', async () => {
    for (const sample of [0, 3]) {
      const { before, after } = await finished({ hue: 0.5 }, sample)
      const turn = numbersOf(sample)[27]! - 0.5
      const expected = Array.from({ length: size * size }, (_, i) =>
        turned([...before.slice(3 * i, 3 * i + 3)], turn),
      ).flat()
      expect(Math.max(...after.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(0.52)
    }
  })

  it('changes brightness and contrast of grey images', async () => {
    const { before, after } = await finished({ brightness: 0.5 }, 1, { channels: 1, mean: [1], std: [1] })
    const factor = 0.5 + numbersOf(1)[24]!
    expect(Math.max(...after.map((value, i) => Math.abs(value - Math.min(255, before[i]! * factor))))).toBeLessThan(
      0.51,
    )
  })
})

/** By hue, saturation and value (Smith 1978): every colour is max - chroma * k of a hexagon's place. */
function turned(rgb: readonly number[], turn: number): number[] {
  const [r, g, b] = rgb as [number, number, number]
  const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)]
  const chroma = high - low
  if (chroma === 0) return [...rgb]
  const sector = high === r ? (g - b) / chroma : high === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4
  const hue = (((sector / 6 + turn) % 1) + 1) % 1
  return [5, 3, 1].map((n) => {
    const k = (n + hue * 6) % 6
    return high - chroma * Math.max(0, Math.min(k, 4 - k, 1))
  })
}

describe('flips', () => {
  it('draw left-right and top-bottom by numbers of their own', async () => {
    const [reversed] = await figuresOf({ flip: 0.3, verticalFlip: 0.6 }, 500)
    expect(reversed).toEqual(
      Array.from({ length: 500 }, (_, sample) => [
        Number(numbersOf(sample)[23]! < 0.6),
        Number(numbersOf(sample)[22]! < 0.3),
        0,
      ]).flat(),
    )
    const { before, after } = await finished({ verticalFlip: 1 }, 2)
    expect(after).toEqual(
      Array.from({ length: size }, (_, y) => [
        ...before.slice((size - 1 - y) * size * 3, (size - y) * size * 3),
      ]).flat(),
    )
  })
})

describe('random erasing', () => {
  const ranges = { erasingArea: [0.1, 0.6] as [number, number], erasingAspect: [0.3, 3.3] as [number, number] }
  /** One attempt after the other, as the paper's Algorithm 1 reads. */
  const expected = (sample: number) => {
    const numbers = numbersOf(sample)
    if (numbers[49]! >= 0.7) return undefined
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = size * size * (0.1 + 0.5 * numbers[50 + attempt]!)
      const aspect = Math.exp(Math.log(0.3) + numbers[60 + attempt]! * Math.log(3.3 / 0.3))
      const [w, h] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))]
      if (w < 1 || h < 1 || w > size || h > size) continue
      return [Math.floor(numbers[70]! * (size - h + 1)), Math.floor(numbers[71]! * (size - w + 1)), h, w] as const
    }
    return undefined
  }

  it('takes the first rectangle that fits, with the probability of the recipe', async () => {
    const [windows] = await figuresOf({ erasing: 0.7, ...ranges }, 2000)
    const heights = Array.from({ length: 2000 }, (_, sample) => windows![4 * sample + 2]!)
    Array.from({ length: 2000 }, (_, sample) => sample).forEach((sample) => {
      const wanted = expected(sample)
      if (wanted) expect(windows!.slice(4 * sample, 4 * sample + 4)).toEqual([...wanted])
      else expect(heights[sample]! * windows![4 * sample + 3]!).toBe(0)
    })
    // 1,400 of 2,000 on average, with a standard deviation of 20.5.
    expect(Math.abs(heights.filter((height) => height > 0).length - 1400)).toBeLessThan(6 * 20.5)
  })

  it('fills it with the mean of the images', async () => {
    for (const sample of [0, 1, 2, 3]) {
      const { before, after } = await finished({ erasing: 0.7, ...ranges }, sample, { mean: [10.4, 20.6, 250.1] })
      const [top, left, h, w] = expected(sample) ?? [0, 0, 0, 0]
      const filled = Array.from(before, (value, i) => {
        const [y, x] = [Math.floor(i / 3 / size), Math.floor(i / 3) % size]
        return y >= top && y < top + h && x >= left && x < left + w ? [10, 21, 250][i % 3]! : value
      })
      expect(after).toEqual(filled)
    }
  })
})

describe('progressive resizing', () => {
  const data = { imageSize: 192, startImageSize: 128, resizeEpochs: [2, 10] as [number, number] }

  it('grows in steps of 32 px between two epochs', () => {
    expect(Array.from({ length: 13 }, (_, at) => sizeInEpoch(data, at))).toEqual([
      128, 128, 128, 128, 160, 160, 160, 160, 192, 192, 192, 192, 192,
    ])
    expect([0, 1].map((at) => sizeInEpoch({ imageSize: 224, startImageSize: 0, resizeEpochs: [0, 0] }, at))).toEqual([
      224, 224,
    ])
  })
})
