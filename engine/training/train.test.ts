import { describe, expect, it } from 'vitest'
import { DivergedError } from '../../shared/errors.ts'
import type { TrainPlan } from './plan.ts'
import { Throughput } from './throughput.ts'
import { train, type LoopHooks, type MeanMetrics } from './train.ts'

const plan = (changes: Partial<TrainPlan> = {}): TrainPlan => ({
  batchSize: 4,
  stepsPerEpoch: 3,
  totalSteps: 12,
  epochs: 4,
  learningRate: (step) => 1 / (step + 1),
  evaluateEvery: 2,
  checkpointEvery: 1,
  logEvery: 2,
  ...changes,
})

/** What the loop asked of its surroundings, in order. */
function recording(stopAfter = Infinity) {
  const calls: string[] = []
  const metrics: MeanMetrics[] = []
  let steps = 0
  const hooks: LoopHooks = {
    onStep: () => void (steps += 1),
    onMetrics: (record) => void metrics.push(record),
    evaluate: (step) => {
      calls.push(`evaluate ${step}`)
      return Promise.resolve('not-best')
    },
    checkpoint: (step) => {
      calls.push(`checkpoint ${step}`)
      return Promise.resolve()
    },
    rollBack: (step) => {
      calls.push(`roll back from ${step}`)
      return Promise.resolve(undefined)
    },
    next: () => Promise.resolve(steps >= stopAfter ? 'stop' : 'step'),
    learningRateScale: () => 1,
  }
  return { hooks, calls, metrics }
}

const step = (learningRate: number, index: number) =>
  Promise.resolve({ loss: index, top1: learningRate, top5: 1, dataWait: 0, skipped: false })

describe('train', () => {
  it('evaluates and saves when they are due, and always at the end', async () => {
    const { hooks, calls } = recording()
    const result = await train(step, plan({ totalSteps: 9, epochs: 3 }), hooks)
    expect(result).toMatchObject({ status: 'finished', step: 9 })
    expect(calls).toEqual(['checkpoint 3', 'evaluate 6', 'checkpoint 6', 'evaluate 9', 'checkpoint 9'])
  })

  it('ends where every gradient of a hundred steps is infinite', async () => {
    const { hooks, calls } = recording()
    const skipping = (learningRate: number, index: number) =>
      step(learningRate, index).then((result) => ({ ...result, skipped: index !== 5 }))
    await expect(train(skipping, plan({ totalSteps: 300, epochs: 100 }), hooks)).rejects.toThrow(
      /^The gradients were infinite or not a number in 100 steps in a row, up to step 106/,
    )
    expect(calls.at(-1)).toBe('roll back from 105')
  })

  it('logs the mean since the last record, at each interval and epoch end', async () => {
    const { hooks, metrics } = recording()
    await train(step, plan({ totalSteps: 6 }), hooks)
    expect(metrics.map((record) => [record.step, record.values.loss])).toEqual([
      [2, 0.5],
      [3, 2],
      [4, 3],
      [6, 4.5],
    ])
    expect(metrics[0]!.values.learningRate).toBe(1 / 2)
  })

  it('stops after the step at hand with a checkpoint, and goes on from there', async () => {
    const first = recording(5)
    expect(await train(step, plan(), first.hooks)).toMatchObject({ status: 'stopped', step: 5 })
    expect(first.calls.at(-1)).toBe('checkpoint 5')
    const second = recording()
    const seen: number[] = []
    await train((rate, index) => (seen.push(index), step(rate, index)), plan(), second.hooks, {
      step: 5,
      evaluated: true,
    })
    expect(seen).toEqual([5, 6, 7, 8, 9, 10, 11])
    expect(second.calls[0]).toBe('evaluate 6')
  })

  it('that a stop interrupts in its last evaluation is stopped, and makes up for that when it goes on', async () => {
    const { hooks, calls } = recording()
    const evaluate: LoopHooks['evaluate'] = (at) => hooks.evaluate(at, new Throughput()).then(() => 'cut-short')
    expect(await train(step, plan(), { ...hooks, evaluate })).toMatchObject({ status: 'stopped', step: 6 })
    expect(calls).toEqual(['checkpoint 3', 'evaluate 6', 'checkpoint 6'])
    const last = { step: 12, evaluated: false }
    expect(await train(step, plan(), { ...hooks, evaluate }, last)).toMatchObject({ status: 'stopped', step: 12 })
    expect(await train(step, plan(), hooks, last)).toMatchObject({ status: 'finished', step: 12 })
    expect(calls.slice(3)).toEqual(['evaluate 12', 'checkpoint 12', 'evaluate 12', 'checkpoint 12'])
  })

  it('saves a checkpoint when asked, once a step, with what has not been logged yet', async () => {
    const { hooks, calls, metrics } = recording()
    const asked = [1, 1, 3]
    const next = (done: number) =>
      Promise.resolve(asked[0] === done && asked.shift() ? ('checkpoint' as const) : ('step' as const))
    await train(step, plan({ totalSteps: 6, logEvery: 10 }), { ...hooks, next })
    expect(calls).toEqual(['checkpoint 1', 'checkpoint 3', 'evaluate 6', 'checkpoint 6'])
    expect(metrics.map((record) => [record.step, record.values.loss])).toEqual([
      [1, 0],
      [3, 1.5],
      [6, 4],
    ])
  })

  it('multiplies the learning rate of the schedule, and logs what was used', async () => {
    const { hooks, metrics } = recording()
    const used: number[] = []
    const scales = [1, 0.5, 0.5, 4, 1, 1]
    await train((rate, index) => (used.push(rate), step(rate, index)), plan({ totalSteps: 6, logEvery: 1 }), {
      ...hooks,
      learningRateScale: () => scales[used.length]!,
    })
    expect(used).toEqual([1, 0.5 / 2, 0.5 / 3, 4 / 4, 1 / 5, 1 / 6])
    expect(metrics.map(({ values }) => values.learningRate)).toEqual(used)
  })

  it('does nothing when asked to stop before the first step', async () => {
    const { hooks, calls } = recording(0)
    expect(await train(step, plan(), hooks)).toMatchObject({ status: 'stopped', step: 0 })
    expect(calls).toEqual([])
  })

  it('ends with a named error when the loss is not finite, and saves nothing of it', async () => {
    const { hooks, calls } = recording()
    const diverging = (rate: number, index: number) => step(rate, index === 4 ? NaN : index)
    await expect(train(diverging, plan(), hooks)).rejects.toThrow(DivergedError)
    expect(calls).toEqual(['checkpoint 3', 'roll back from 4'])
  })

  it('goes on from an earlier state when the loss is not finite, as if nothing had been after it', async () => {
    const { hooks, calls, metrics } = recording()
    const seen: number[] = []
    let isFirst = true
    const diverging = (rate: number, index: number) => {
      seen.push(index)
      if (index !== 4 || !isFirst) return step(rate, index)
      isFirst = false
      return step(rate, Infinity)
    }
    const result = await train(diverging, plan({ totalSteps: 6, logEvery: 10 }), {
      ...hooks,
      rollBack: (step) => (calls.push(`roll back from ${step}`), Promise.resolve(3)),
    })
    expect(result).toMatchObject({ status: 'finished', step: 6 })
    expect(seen).toEqual([0, 1, 2, 3, 4, 3, 4, 5])
    expect(calls).toEqual(['checkpoint 3', 'roll back from 4', 'evaluate 6', 'checkpoint 6'])
    // The mean of steps 4 to 6 has the fourth one once.
    expect(metrics.map((record) => [record.step, record.values.loss])).toEqual([
      [3, 1],
      [6, 4],
    ])
  })

  it('goes back when the evaluation is not finite, and saves nothing of it', async () => {
    const { hooks, calls } = recording()
    const ends = ['diverged', 'not-best'] as const
    let evaluations = 0
    await train(step, plan({ totalSteps: 6, evaluateEvery: 1 }), {
      ...hooks,
      evaluate: (step) => (calls.push(`evaluate ${step}`), Promise.resolve(ends[evaluations++] ?? 'not-best')),
      rollBack: (step) => (calls.push(`roll back from ${step}`), Promise.resolve(0)),
    })
    expect(calls).toEqual([
      'evaluate 3',
      'roll back from 3',
      'evaluate 3',
      'checkpoint 3',
      'evaluate 6',
      'checkpoint 6',
    ])
  })

  it('saves what is the best so far, although no checkpoint is due', async () => {
    const { hooks, calls } = recording()
    const best = new Set([3, 9])
    const evaluate = (step: number) => Promise.resolve(best.has(step) ? ('best' as const) : ('not-best' as const))
    await train(step, plan({ evaluateEvery: 1, checkpointEvery: 2 }), { ...hooks, evaluate })
    expect(calls).toEqual(['checkpoint 3', 'checkpoint 6', 'checkpoint 9', 'checkpoint 12'])
  })

  it('never evaluates where that is wanted, not even at the end', async () => {
    const { hooks, calls } = recording()
    await train(step, plan({ totalSteps: 6, evaluateEvery: 0 }), hooks)
    expect(calls).toEqual(['checkpoint 3', 'checkpoint 6'])
  })

  it('ends within an epoch with all that the end of one has', async () => {
    const { hooks, calls, metrics } = recording()
    await train(step, plan({ totalSteps: 5, logEvery: 10, evaluateEvery: 1 }), hooks)
    expect(calls).toEqual(['evaluate 3', 'checkpoint 3', 'evaluate 5', 'checkpoint 5'])
    expect(metrics.map((record) => record.step)).toEqual([3, 5])
  })

  it('is finished early with a checkpoint when told so', async () => {
    const { hooks, calls } = recording()
    const result = await train(step, plan(), {
      ...hooks,
      next: (done) => Promise.resolve(done === 4 ? 'finish' : 'step'),
    })
    expect(result).toMatchObject({ status: 'finished', step: 4 })
    expect(calls.at(-1)).toBe('checkpoint 4')
  })

  it('logs the loss scale as it stands, and how many steps were skipped', async () => {
    const { hooks, metrics } = recording()
    const scaled = async (rate: number, index: number) => ({
      ...(await step(rate, index)),
      lossScale: 8 / 2 ** index,
      skipped: index < 3,
    })
    await train(scaled, plan({ totalSteps: 4, logEvery: 2, stepsPerEpoch: 4 }), hooks)
    expect(metrics.map(({ values }) => [values.lossScale, values.skipped])).toEqual([
      [4, 2],
      [1, 1],
    ])
  })
})
