import { describe, expect, it } from 'vitest'
import { parseRecipe } from './validate.ts'
import { learningRateSchedule, totalSteps, warmupSteps } from './schedule.ts'

const schedule = (values: object) => parseRecipe({ schedule: values }).schedule
/** The rates of all steps, at a batch of 256 and without warm-up. */
const rates = (values: object, stepsPerEpoch: number) => {
  const recipe = schedule({ warmupEpochs: 0, ...values })
  const rate = learningRateSchedule(recipe, { totalBatch: 256, stepsPerEpoch })
  return Array.from({ length: totalSteps(recipe, stepsPerEpoch) }, (_, step) => rate(step))
}
const near = (values: readonly number[]) => values.map((value): unknown => expect.closeTo(value, 10))

describe('learning rate', () => {
  it('scales linearly with the total batch', () => {
    const rate = (totalBatch: number) =>
      learningRateSchedule(schedule({ name: 'constant', warmupEpochs: 0 }), { totalBatch, stepsPerEpoch: 10 })(0)
    expect(rate(256)).toBeCloseTo(0.256, 12)
    expect(rate(2048)).toBeCloseTo(2.048, 12)
    expect(rate(32)).toBeCloseTo(0.032, 12)
  })

  it('warms up only from batch 512 up', () => {
    expect(warmupSteps(schedule({}), { totalBatch: 511, stepsPerEpoch: 10 })).toBe(0)
    expect(warmupSteps(schedule({}), { totalBatch: 512, stepsPerEpoch: 10 })).toBe(50)
    expect(warmupSteps(schedule({ warmupFromBatch: 0 }), { totalBatch: 8, stepsPerEpoch: 10 })).toBe(50)
  })

  it('rises linearly to the peak, then falls by the cosine', () => {
    const rate = learningRateSchedule(schedule({ epochs: 25 }), { totalBatch: 512, stepsPerEpoch: 4 })
    expect(rate(0)).toBeCloseTo(0.512 / 20, 12)
    expect(rate(9)).toBeCloseTo(0.256, 12)
    expect(rate(19)).toBeCloseTo(0.512, 12)
    expect(rate(20)).toBeCloseTo(0.512, 12)
    // Halfway down the 80 steps left: half the peak; a quarter: cos(pi/4).
    expect(rate(60)).toBeCloseTo(0.256, 12)
    expect(rate(40)).toBeCloseTo((0.512 * (1 + Math.SQRT1_2)) / 2, 12)
    expect(rate(100)).toBeCloseTo(0, 12)
  })

  it('ends the cosine at the final share of the peak', () => {
    const rate = learningRateSchedule(schedule({ epochs: 2, finalLearningRate: 0.1 }), {
      totalBatch: 256,
      stepsPerEpoch: 5,
    })
    expect(rate(10)).toBeCloseTo(0.0256, 12)
  })

  it('falls by the factor at each milestone', () => {
    const rate = learningRateSchedule(schedule({ name: 'step', milestones: [1, 2.5] }), {
      totalBatch: 256,
      stepsPerEpoch: 2,
    })
    expect([0, 1, 2, 4, 5, 6].map(rate)).toEqual(
      [0.256, 0.256, 0.0256, 0.0256, 0.00256, 0.00256].map((v): unknown => expect.closeTo(v, 10)),
    )
  })

  it('is not scaled where the reference batch is 0', () => {
    const rate = learningRateSchedule(schedule({ name: 'constant', referenceBatch: 0, learningRate: 0.1 }), {
      totalBatch: 4096,
      stepsPerEpoch: 1,
    })
    expect(rate(5)).toBe(0.1)
    const per512 = learningRateSchedule(schedule({ name: 'constant', referenceBatch: 512, learningRate: 1 }), {
      totalBatch: 128,
      stepsPerEpoch: 1,
    })
    expect(per512(0)).toBe(0.25)
  })

  it('falls by a power of the steps that are left', () => {
    // 1, 16/25, 9/25, 4/25, 1/25 of the way between a tenth of the peak and the peak, which is 1.
    expect(rates({ name: 'polynomial', epochs: 5, learningRate: 1, finalLearningRate: 0.1 }, 1)).toEqual(
      near([1, 0.676, 0.424, 0.244, 0.136]),
    )
    expect(rates({ name: 'polynomial', epochs: 4, learningRate: 1, power: 1 }, 1)).toEqual(near([1, 0.75, 0.5, 0.25]))
  })

  it('falls by the polynomial after the warm-up, as in MLPerf', () => {
    const rate = learningRateSchedule(schedule({ name: 'polynomial', epochs: 3, warmupEpochs: 1, learningRate: 0.5 }), {
      totalBatch: 512,
      stepsPerEpoch: 2,
    })
    expect([0, 1, 2, 3, 4, 5, 6].map(rate)).toEqual(near([0.5, 1, 1, 0.5625, 0.25, 0.0625, 0]))
  })

  // Made with torch.optim.lr_scheduler.OneCycleLR (PyTorch 2.13), max_lr 0.5, div_factor 25, stepped once a step.
  it.each([
    [
      10,
      0.3,
      4e-6,
      [
        0.02, 0.26, 0.5, 0.47524231600673683, 0.40587282697488153, 0.30563101096814466, 0.19437098903185537,
        0.09412917302511849, 0.024759683993263143, 2e-6,
      ],
    ],
    [
      7,
      0.5,
      0.004,
      [
        0.02, 0.18583592135001265, 0.45416407864998737, 0.47534124810770234, 0.3064077125551223, 0.09575103933717537,
        0.002,
      ],
    ],
  ])('goes through one cycle of %i steps as PyTorch does', (steps, riseShare, finalLearningRate, expected) => {
    expect(rates({ name: 'one-cycle', steps, learningRate: 0.5, riseShare, finalLearningRate }, 3)).toEqual(
      near(expected),
    )
  })

  it('of one cycle is defined where a phase is empty, and has no warm-up besides', () => {
    expect(rates({ name: 'one-cycle', steps: 4, learningRate: 1, riseShare: 1, startShare: 0 }, 1)).toEqual(
      near([0, 0.25, 0.75, 1]),
    )
    expect(rates({ name: 'one-cycle', steps: 3, learningRate: 1, riseShare: 0, startShare: 0 }, 1)).toEqual(
      near([0.75, 0.25, 0]),
    )
    expect(rates({ name: 'one-cycle', steps: 3, learningRate: 1, riseShare: 1 / 3 }, 1)).toEqual(near([1, 0.5, 0]))
    expect(warmupSteps(schedule({ name: 'one-cycle' }), { totalBatch: 4096, stepsPerEpoch: 10 })).toBe(0)
  })

  it('ends with the steps that stand in place of the epochs', () => {
    expect(totalSteps(schedule({ steps: 7 }), 3)).toBe(7)
    expect(totalSteps(schedule({ epochs: 7 }), 3)).toBe(21)
    expect(rates({ steps: 4, learningRate: 2 }, 3)).toEqual(near([2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2]))
  })
})
