import { describe, expect, it } from 'vitest'
import { parseRecipe } from './validate.ts'
import { learningRateSchedule, warmupSteps } from './schedule.ts'

const schedule = (values: object) => parseRecipe({ schedule: values }).schedule

describe('learning rate', () => {
  it('scales linearly with the total batch', () => {
    const rate = (totalBatch: number) => learningRateSchedule(schedule({ name: 'constant', warmupEpochs: 0 }), { totalBatch, stepsPerEpoch: 10 })(0)
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
    const rate = learningRateSchedule(schedule({ epochs: 2, finalLearningRate: 0.1 }), { totalBatch: 256, stepsPerEpoch: 5 })
    expect(rate(10)).toBeCloseTo(0.0256, 12)
  })

  it('falls by the factor at each milestone', () => {
    const rate = learningRateSchedule(schedule({ name: 'step', milestones: [1, 2.5] }), { totalBatch: 256, stepsPerEpoch: 2 })
    expect([0, 1, 2, 4, 5, 6].map(rate)).toEqual([0.256, 0.256, 0.0256, 0.0256, 0.00256, 0.00256].map((v): unknown => expect.closeTo(v, 10)))
  })
})
