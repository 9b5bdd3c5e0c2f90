import { describe, expect, it } from 'vitest'
import { compute, pixelsOf } from '../../dataset/testing/image-files.ts'
import { uniformNumbers } from '../testing/philox.ts'
import { mixBatch, partnerOf } from './mixing.ts'

const [batch, height, width, channels, classes] = [5, 8, 6, 2, 4]
const labels = [0, 1, 2, 3, 1]
const pixels = Array.from(pixelsOf(1, batch * height, width, channels))

async function mix(augment: { mixup: number; cutmix: number }, step: number, seed = 7) {
  const [mixed, targets, share, pasted] = await compute((g) => {
    const found = mixBatch(
      g,
      g.constant(pixels, 'float32', [batch, height, width, channels]),
      g.constant(labels, 'int32'),
      g.constant(step, 'int64'),
      { augment, seed, classes },
    )
    return [found.pixels, found.targets, found.share, g.op('Cast', [found.pasted], { DstT: 'int32' })]
  })
  return { mixed: mixed!, targets: targets!, share: share![0]!, pasted: pasted![0] === 1 }
}

/** Shares of many steps at once. */
async function shares(augment: { mixup: number; cutmix: number }, count: number) {
  const [found, pasted] = await compute((g) => {
    const fn = g.defineFunction('share', [{ dtype: 'int64', shape: [] }], (f, [step]) => {
      const drawn = mixBatch(
        f,
        f.constant(new Array<number>(2 * 400).fill(0), 'float32', [2, 20, 20, 1]),
        f.constant([0, 1], 'int32'),
        step!,
        { augment, seed: 3, classes: 2 },
      )
      return [drawn.share, drawn.pasted]
    })
    const steps = g.op('Range', [g.constant(0, 'int64'), g.constant(count, 'int64'), g.constant(1, 'int64')])
    const all = g.operation('MapDefun', [[steps], []], {
      f: fn,
      Targuments: ['int64'],
      Tcaptured: [],
      output_types: ['float32', 'bool'],
      output_shapes: [[], []],
    })
    return [all.output(0), g.op('Cast', [all.output(1)], { DstT: 'int32' })]
  })
  return found!.map((share, i) => ({ share, pasted: pasted![i] === 1 }))
}

const image = (values: readonly number[], i: number) =>
  values.slice(i * height * width * channels, (i + 1) * height * width * channels)
const targetsOf = (share: number) =>
  labels.map((label, i) =>
    Array.from(
      { length: classes },
      (_, c) => (c === label ? share : 0) + (c === labels[partnerOf(i, batch)] ? 1 - share : 0),
    ),
  )

describe('partners', () => {
  it('are half a batch away, never oneself', () => {
    expect([0, 1, 2, 3, 4].map((place) => partnerOf(place, 5))).toEqual([2, 3, 4, 0, 1])
    for (const size of [2, 3, 8, 255])
      for (let place = 0; place < size; place++) expect(partnerOf(place, size)).not.toBe(place)
  })
})

describe('mixup', () => {
  it('blends images and labels by one share', async () => {
    for (const step of [0, 1, 2 ** 40]) {
      const { mixed, targets, share, pasted } = await mix({ mixup: 1, cutmix: 0 }, step)
      expect(pasted).toBe(false)
      expect(share).toBeGreaterThan(0)
      expect(share).toBeLessThan(1)
      for (let i = 0; i < batch; i++) {
        const partner = image(pixels, partnerOf(i, batch))
        image(mixed, i).forEach((value, at) =>
          expect(value).toBeCloseTo(share * image(pixels, i)[at]! + (1 - share) * partner[at]!, 3),
        )
      }
      targetsOf(share)
        .flat()
        .forEach((value, at) => expect(targets[at]).toBeCloseTo(value, 6))
    }
  })

  it('differs by step and seed, and only by these', async () => {
    const all = await Promise.all([
      mix({ mixup: 1, cutmix: 0 }, 5),
      mix({ mixup: 1, cutmix: 0 }, 5),
      mix({ mixup: 1, cutmix: 0 }, 6),
      mix({ mixup: 1, cutmix: 0 }, 5, 8),
    ])
    expect(all[1]).toEqual(all[0])
    expect(new Set(all.map(({ share }) => share)).size).toBe(3)
  })
})

describe('CutMix', () => {
  it('pastes one rectangle about a uniform centre, and counts its pixels', async () => {
    let cutAtEdge = 0
    for (let step = 0; step < 20; step++) {
      const { mixed, targets, share, pasted } = await mix({ mixup: 0, cutmix: 1 }, step)
      expect(pasted).toBe(true)
      const [down, across] = uniformNumbers(7, 3, 0, step, 2) as [number, number]
      const [middleY, middleX] = [Math.floor(height * Math.fround(down)), Math.floor(width * Math.fround(across))]
      // Which rectangle it is, of those that a share can lead to: floor(side sqrt(1 - share)) of both sides.
      const candidates = Array.from({ length: 1001 }, (_, i) => Math.sqrt(i / 1000)).map((ratio) => {
        const [h, w] = [Math.floor(Math.floor(height * ratio) / 2), Math.floor(Math.floor(width * ratio) / 2)]
        return {
          top: Math.max(0, middleY - h),
          bottom: Math.min(height, middleY + h),
          left: Math.max(0, middleX - w),
          right: Math.min(width, middleX + w),
          whole: 4 * h * w,
        }
      })
      const found = candidates.find(
        ({ top, bottom, left, right }) =>
          Math.abs(1 - ((bottom - top) * (right - left)) / (height * width) - share) < 1e-6,
      )!
      expect(found).toBeDefined()
      cutAtEdge += Number((found.bottom - found.top) * (found.right - found.left) < found.whole)
      for (let i = 0; i < batch; i++) {
        const expected = image(pixels, i).map((value, at) => {
          const [y, x] = [Math.floor(at / channels / width), Math.floor(at / channels) % width]
          const pastedHere = y >= found.top && y < found.bottom && x >= found.left && x < found.right
          return pastedHere ? image(pixels, partnerOf(i, batch))[at]! : value
        })
        expect(image(mixed, i)).toEqual(expected)
      }
      targetsOf(share)
        .flat()
        .forEach((value, at) => expect(targets[at]).toBeCloseTo(value, 6))
    }
    expect(cutAtEdge).toBeGreaterThan(0)
  })
})

describe('the share', () => {
  const furthest = (values: readonly number[], cdf: (x: number) => number) => {
    const sorted = values.toSorted((a, b) => a - b)
    return Math.max(
      ...sorted.map((value, i) =>
        Math.max(Math.abs(cdf(value) - i / sorted.length), Math.abs(cdf(value) - (i + 1) / sorted.length)),
      ),
    )
  }

  it('has the Beta distribution', async () => {
    const of = async (mixup: number) => (await shares({ mixup, cutmix: 0 }, 5000)).map(({ share }) => share)
    // Kolmogorov-Smirnov: of 5,000 numbers the greatest distance is above 0.04 once in ten million.
    // Beta(1/2, 1/2) is the arcsine distribution, Beta(1, 1) the uniform one.
    expect(furthest(await of(0.5), (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x)))).toBeLessThan(0.04)
    expect(furthest(await of(1), (x) => x)).toBeLessThan(0.04)
    const small = await of(0.2)
    const mean = small.reduce((sum, x) => sum + x, 0) / small.length
    const variance = small.reduce((sum, x) => sum + (x - mean) ** 2, 0) / small.length
    // The variance is 1 / (4 (2 a + 1)) = 0.1786; that of 5,000 is within 0.007 of it with more than six standard deviations.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.036)
    expect(Math.abs(variance - 1 / 5.6)).toBeLessThan(0.01)
  })

  it('is a number however small the concentration is', async () => {
    for (const { share } of await shares({ mixup: 0.001, cutmix: 0 }, 500)) expect(share >= 0 && share <= 1).toBe(true)
  })

  it('is of either kind in half of the batches where a recipe has both', async () => {
    const drawn = await shares({ mixup: 0.2, cutmix: 1 }, 5000)
    const count = drawn.filter(({ pasted }) => pasted).length
    // 2,500 on average, with a standard deviation of 35.4.
    expect(Math.abs(count - 2500)).toBeLessThan(6 * 35.4)
    // Each from its own Beta distribution: many blends of 0.2 are all but unmixed.
    expect(drawn.filter(({ share, pasted }) => !pasted && (share < 0.01 || share > 0.99)).length).toBeGreaterThan(500)
  })
})
