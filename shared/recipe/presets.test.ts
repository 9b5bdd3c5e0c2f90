import { describe, expect, it } from 'vitest'
import { presets } from './presets.ts'
import { resolveRecipe } from './resolve.ts'
import { learningRateSchedule } from './schedule.ts'

const recipeOf = (preset: string) => resolveRecipe({ preset })

/** The rate of a preset's steps, were there so many images, and how many steps an epoch has. */
function ratesOf(preset: string, images: number) {
  const { data, optimizer, schedule } = recipeOf(preset)
  const totalBatch = data.batchSize * optimizer.accumulate
  const stepsPerEpoch = Math.floor(images / totalBatch)
  return { rate: learningRateSchedule(schedule, { totalBatch, stepsPerEpoch }), stepsPerEpoch, totalBatch }
}

const IMAGENET = 1_281_167

it('state only what differs from the default', () => {
  const initial = resolveRecipe({}) as unknown as Record<string, Record<string, unknown>>
  const same = presets.flatMap(({ name, recipe }) =>
    Object.entries(recipe).flatMap(([group, keys]) =>
      Object.entries(keys).flatMap(([key, value]) =>
        JSON.stringify(initial[group]![key]) === JSON.stringify(value) ? [`${name} ${group}.${key}`] : [],
      ),
    ),
  )
  expect(same).toEqual([])
})

it('name their source, and have names of their own', () => {
  for (const { source } of presets) expect(source).not.toBe('')
  expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length)
})

it('pad and scale as their sources do', () => {
  const choices = presets.map(({ name }) => {
    const { model, data } = recipeOf(name)
    return [name, model.padding, data.resample]
  })
  const others = choices.filter(([, padding, resample]) => padding !== 'symmetric' || resample !== 'bilinear')
  expect(others).toEqual([
    // Convolutions and pooling of TensorFlow with padding SAME; tf.image.resize, bilinear.
    ['nvidia-90', 'same', 'bilinear'],
    ['nvidia-250', 'same', 'bilinear'],
    // PyTorch's networks; OpenCV's INTER_AREA, timm's bicubic and torchvision's bilinear of Pillow.
    ...[16, 24, 32, 40, 56, 88].map((epochs) => [`ffcv-${epochs}`, 'symmetric', 'bilinear-antialias']),
    ['timm-a2', 'symmetric', 'bicubic-antialias'],
    ['timm-a3', 'symmetric', 'bicubic-antialias'],
    ['torchvision-v2', 'symmetric', 'bilinear-antialias'],
  ])
})

describe('FFCV', () => {
  // Its schedule, in its own words: numpy.interp over the epochs 0, 2 and the last, from 1e-4 of 1.7 to 1.7 to 0.
  const interpolated = (epoch: number, epochs: number) =>
    epoch < 2 ? 1.7 * (1e-4 + (1 - 1e-4) * (epoch / 2)) : (1.7 * (epochs - epoch)) / (epochs - 2)

  it.each([16, 24, 32, 40, 56, 88])('rises for 2 epochs and falls in a line to zero at %i', (epochs) => {
    const { rate, stepsPerEpoch, totalBatch } = ratesOf(`ffcv-${epochs}`, IMAGENET)
    expect(totalBatch).toBe(8 * 512)
    // Within the steps that its rounding of epochs and ours differ by.
    for (const epoch of [0.5, 1, 2, 7, epochs / 2, epochs - 1])
      expect(Math.abs(rate(epoch * stepsPerEpoch) - interpolated(epoch, epochs))).toBeLessThan(
        (1.7 / stepsPerEpoch) * 1.01,
      )
  })

  it.each([16, 24, 32, 40, 56, 88])('ends growing its images at about 86 %% of %i epochs', (epochs) => {
    const { data } = recipeOf(`ffcv-${epochs}`)
    expect([data.startImageSize, data.imageSize]).toEqual([160, 192])
    expect(data.resizeEpochs[0] / epochs).toBeCloseTo(0.72, 1)
    expect(data.resizeEpochs[1] / epochs).toBeCloseTo(0.85, 1)
  })

  it('evaluates the share of the image that it states', () => {
    const { data } = recipeOf('ffcv-16')
    expect(data.evaluationSize / data.evaluationResize).toBeCloseTo(224 / 256, 2)
  })
})

describe('timm', () => {
  it.each([
    ['timm-a2', 0.005, 224],
    ['timm-a3', 0.008, 160],
  ])('%s has its rate at its total batch, and is evaluated at 224 px of 95 %%', (name, rate, size) => {
    const { data } = recipeOf(name)
    const rates = ratesOf(name, IMAGENET)
    expect(rates.totalBatch).toBe(2048)
    expect(rates.rate(5 * rates.stepsPerEpoch)).toBeCloseTo(rate, 6)
    expect(data.imageSize).toBe(size)
    expect((data.evaluationSize || data.imageSize) / data.evaluationResize).toBeCloseTo(0.95, 2)
  })
})

describe('torchvision V2', () => {
  it('averages its weights over as many steps', () => {
    // The update of the source, every 32 steps, on numbers: a weight that jumps from 0 to 1.
    const kept = 1 - (1 - 0.99998) * ((8 * 128 * 32) / 600)
    const { ema } = recipeOf('torchvision-v2').optimizer
    const after = (decay: number, updates: number) => 1 - decay ** updates
    expect(after(ema, 32 * 1000)).toBeCloseTo(after(kept, 1000), 4)
  })

  it('has 0.5 for 1,024 images', () => {
    const { rate, stepsPerEpoch, totalBatch } = ratesOf('torchvision-v2', IMAGENET)
    expect(totalBatch).toBe(8 * 128)
    expect(rate(5 * stepsPerEpoch)).toBeCloseTo(0.5, 6)
  })
})

it('of MLPerf decays over the steps of its reference point, to 0.0001', () => {
  const { rate, stepsPerEpoch, totalBatch } = ratesOf('mlperf-lars', IMAGENET)
  const { schedule } = recipeOf('mlperf-lars')
  expect(totalBatch).toBe(1632)
  expect(rate(2 * stepsPerEpoch)).toBeCloseTo(7.4, 6)
  const decay = (schedule.epochs - schedule.warmupEpochs) * stepsPerEpoch
  expect(decay / 27_476).toBeCloseTo(1, 3)
  expect(rate(2 * stepsPerEpoch + decay)).toBeCloseTo(1e-4, 9)
  // The power of 2, half way.
  expect(rate(2 * stepsPerEpoch + decay / 2)).toBeCloseTo(1e-4 + (7.4 - 1e-4) / 4, 2)
})

it('of CIFAR-10 comes to the iterations and the rate of the paper', () => {
  const { schedule, data } = recipeOf('cifar10-resnet20')
  const { rate, stepsPerEpoch } = ratesOf('cifar10-resnet20', 50_000)
  const iterations = [schedule.epochs, ...schedule.milestones].map((epochs) => epochs * stepsPerEpoch)
  const paper = [64_000, 32_000, 48_000]
  iterations.forEach((steps, i) => expect(Math.abs(steps - paper[i]!)).toBeLessThan(stepsPerEpoch))
  expect(data.batchSize).toBe(128)
  expect([0, 35_000, 50_000].map(rate)).toEqual([
    expect.closeTo(0.1, 12),
    expect.closeTo(0.01, 12),
    expect.closeTo(0.001, 12),
  ])
})
