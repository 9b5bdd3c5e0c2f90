import { afterEach, describe, expect, it } from 'vitest'
import { OutOfMemoryError } from '../../shared/errors.ts'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import type { Output } from '../tensorflow/graph/builder.ts'
import { tinyTraining, type TinyOptions, type TinyTraining } from './test-kit.ts'
import type { TrainStepParts } from './train-step.ts'

const open: TinyTraining[] = []
afterEach(() => open.splice(0).forEach((training) => training.dispose()))

async function start(recipe: PartialRecipe = {}, options: Omit<TinyOptions, 'recipe'> = {}): Promise<TinyTraining> {
  const training = await tinyTraining({ recipe, ...options })
  open.push(training)
  return training
}

const weightsOf = (values: ReadonlyMap<string, Float32Array | BigInt64Array>) =>
  [...values].filter(([name]) => !/^(optimizer|ema)\//.test(name))
const numbers = (values: Float32Array | BigInt64Array | undefined) => Array.from(values!, Number)
const isScale = (name: string) => name === 'optimizer/loss_scale' || name === 'optimizer/good_steps'

describe('a step', () => {
  it.each(['sgd', 'lars', 'adamw', 'lamb'] as const)('of %s lowers the loss', async (name) => {
    const { step } = await start({ optimizer: { name, trustCoefficient: 0.1 } })
    const first = await step(0.02, 0)
    let last = first
    for (let i = 1; i < 30; i++) last = await step(0.02, i)
    expect(last.loss).toBeLessThan(first.loss - 0.05)
    expect(last).toMatchObject({ skipped: false })
    expect(last).not.toHaveProperty('lossScale')
  })

  it('changes the weights, the statistics of batch norm and the velocities', async () => {
    const { step, values } = await start()
    const before = await values()
    await step(0.1, 0)
    const after = await values()
    expect([...after.keys()]).toEqual([
      'conv/kernel',
      'bn/gamma',
      'bn/beta',
      'bn/moving_mean',
      'bn/moving_variance',
      'dense/kernel',
      'dense/bias',
      ...['conv/kernel', 'bn/gamma', 'bn/beta', 'dense/kernel', 'dense/bias'].map(
        (name) => `optimizer/velocity/${name}`,
      ),
    ])
    for (const [name, value] of after) expect(value, name).not.toEqual(before.get(name))
  })

  it('has nothing in its graph that runs under a condition, unless it has to', async () => {
    const { g } = await start({ optimizer: { clipNorm: 1, ema: 0.9 } })
    expect(g.graph.operations().filter(({ type }) => type === 'Switch')).toEqual([])
  })

  it('that does not fit into memory says what to do', async () => {
    // More than a processor can address. Its size depends on what is fed, so that TensorFlow does not try beforehand.
    const huge = (g: TinyTraining['g'], step: Output) =>
      g.op('Fill', [g.op('AddV2', [step, g.constant([2 ** 51, 1, 1, 1], 'int64')]), g.constant(0)])
    const parts = (g: TinyTraining['g']): Partial<TrainStepParts> => ({
      mix: (pixels, _, step) => ({
        pixels: g.op('AddV2', [pixels, g.op('Max', [huge(g, step), g.constant([0, 1, 2, 3], 'int32')])]),
        targets: g.constant([
          [1, 0],
          [0, 1],
          [1, 0],
          [0, 1],
        ]),
      }),
    })
    const { step } = await start({}, { parts })
    await expect(step(0.1, 0)).rejects.toThrow(OutOfMemoryError)
  })
})

describe('the loss scale of fp16', () => {
  const fp16 = (precision: PartialRecipe['precision']): PartialRecipe => ({ precision: { amp: 'fp16', ...precision } })

  it('is halved by an overflow, which changes nothing else, to the byte', async () => {
    const { step, values } = await start({
      ...fp16({ initialLossScale: 2 ** 40 }),
      optimizer: { name: 'adamw', ema: 0.9 },
    })
    const before = await values()
    const result = await step(0.1, 0)
    expect(result).toMatchObject({ skipped: true, lossScale: 2 ** 40 })
    const after = await values()
    expect(numbers(after.get('optimizer/loss_scale'))).toEqual([2 ** 39])
    for (const [name, value] of after)
      if (!isScale(name)) expect(Buffer.from(value.buffer), name).toEqual(Buffer.from(before.get(name)!.buffer))
    expect(after.size).toBeGreaterThan(20)
  })

  it('falls until the gradients are finite, then rises, and falls again when it is too high', async () => {
    const { step, values } = await start(fp16({ initialLossScale: 2 ** 30, lossScaleGrowth: 3 }))
    let scale = 2 ** 30
    let good = 0
    const skipped: boolean[] = []
    for (let i = 0; i < 60; i++) {
      const before = await values()
      const result = await step(0.01, i)
      const after = await values()
      expect(result.lossScale).toBe(scale)
      good = result.skipped ? 0 : good + 1
      if (result.skipped) scale /= 2
      if (good === 3) [scale, good] = [scale * 2, 0]
      expect([numbers(after.get('optimizer/loss_scale')), numbers(after.get('optimizer/good_steps'))]).toEqual([
        [scale],
        [good],
      ])
      for (const [name, value] of after)
        if (!isScale(name))
          expect(Buffer.from(value.buffer).equals(Buffer.from(before.get(name)!.buffer)), `${name} in step ${i}`).toBe(
            result.skipped,
          )
      skipped.push(result.skipped)
    }
    const firstGood = skipped.indexOf(false)
    expect(firstGood).toBeGreaterThan(3)
    expect(skipped.slice(firstGood)).toContain(true)
  })

  it('never falls below 1', async () => {
    const { step, values } = await start(fp16({ initialLossScale: 4 }), { parts: () => ({ classWeights: [NaN, NaN] }) })
    for (const lossScale of [4, 2, 1, 1]) expect(await step(0.1, 0)).toMatchObject({ lossScale, skipped: true })
    expect(numbers((await values()).get('optimizer/loss_scale'))).toEqual([1])
  })

  it('may be fixed: there is nothing to keep, and an overflow is skipped all the same', async () => {
    const { step, values } = await start(fp16({ lossScale: 2 ** 40 }))
    const before = await values()
    expect(await step(0.1, 0)).toMatchObject({ skipped: true, lossScale: 2 ** 40 })
    expect(await values()).toEqual(before)
    expect([...before.keys()].filter(isScale)).toEqual([])
  })

  it.each([1, 128, 4096])('of %d gives the update that float32 does, but for rounding', async (lossScale) => {
    const half = await start(fp16({ lossScale }))
    const full = await start()
    for (let i = 0; i < 5; i++) {
      expect((await half.step(0.05, i)).skipped).toBe(false)
      await full.step(0.05, i)
    }
    const expected = await full.values()
    for (const [name, value] of weightsOf(await half.values()))
      numbers(value).forEach((w, i) => expect(w, name).toBeCloseTo(numbers(expected.get(name))[i]!, 2))
  })
})

describe('half precision', () => {
  it.each(['fp16', 'bf16'] as const)('%s learns what float32 does', async (amp) => {
    const [half, full] = [await start({ precision: { amp } }), await start()]
    const first = await full.step(0.05, 0)
    await half.step(0.05, 0)
    for (let i = 1; i < 40; i++) await half.step(0.05, i)
    for (let i = 1; i < 40; i++) await full.step(0.05, i)
    const [inHalf, inFull] = [await half.step(0.05, 40), await full.step(0.05, 40)]
    expect(inFull.loss).toBeLessThan(first.loss / 2)
    expect(Math.abs(inHalf.loss - inFull.loss)).toBeLessThan(0.05 * first.loss)
    expect(inHalf.top1).toBe(1)
    expect('lossScale' in inHalf).toBe(amp === 'fp16')
  })
})

/** Another batch in every step: pixels of the normalised kind and labels that depend on the number of the batch. */
const varied = (g: TinyTraining['g']): Partial<TrainStepParts> => ({
  mix: (pixels, _, step) => {
    const shift = g.op('Mul', [g.op('Cast', [step], { DstT: 'float32' }), g.constant(0.1)])
    return {
      pixels: g.op('AddV2', [pixels, g.op('Mul', [g.op('Sin', [pixels]), shift])]),
      targets: g.constant([
        [0.9, 0.1],
        [0.2, 0.8],
        [1, 0],
        [0, 1],
      ]),
    }
  },
})

describe('gradient accumulation', () => {
  const plain = { momentum: 0, weightDecay: 0 }

  it('updates by the mean of the gradients of the batches of a step, and once', async () => {
    const accumulated = await start({ optimizer: { ...plain, accumulate: 3 } }, { batchNorm: false, parts: varied })
    const before = await accumulated.values()
    const results = [await accumulated.step(0.1, 0), await accumulated.step(0.1, 1)]
    const expected = new Map([...before].map(([name, value]) => [name, numbers(value)]))
    for (const [k, result] of results.entries()) {
      // The same batches one by one, each from the weights that the step began with.
      const changes: Map<string, number[]>[] = []
      const losses: number[] = []
      for (const i of [3 * k, 3 * k + 1, 3 * k + 2]) {
        const single = await start({ optimizer: plain }, { batchNorm: false, parts: varied })
        await single.assign(expected)
        losses.push((await single.step(0.1, i)).loss)
        changes.push(new Map([...(await single.values())].map(([name, value]) => [name, numbers(value)])))
      }
      expect(result.loss).toBeCloseTo((losses[0]! + losses[1]! + losses[2]!) / 3, 5)
      for (const name of expected.keys())
        expected.set(
          name,
          expected.get(name)!.map((_, j) => changes.reduce((sum, change) => sum + change.get(name)![j]!, 0) / 3),
        )
    }
    for (const [name, value] of weightsOf(await accumulated.values()))
      numbers(value).forEach((w, j) => expect(w, name).toBeCloseTo(expected.get(name)![j]!, 5))
  })

  it('moves the statistics of batch norm with every batch', async () => {
    const once = await start({ optimizer: plain })
    const twice = await start({ optimizer: { ...plain, accumulate: 2 } })
    const [before] = [await once.values(), await once.step(0, 0), await twice.step(0, 0)]
    const mean = async ({ values }: TinyTraining) => numbers((await values()).get('bn/moving_mean'))
    const [start0, first, second] = [numbers(before.get('bn/moving_mean')), await mean(once), await mean(twice)]
    // Towards the same batch twice: what is left of the distance is squared.
    second.forEach((value, i) => expect(value).toBeCloseTo(first[i]! + 0.99 * (first[i]! - start0[i]!), 5))
  })

  it('leaves a step out where the gradients of one batch are not finite, and forgets them', async () => {
    const poisoned = (g: TinyTraining['g']): Partial<TrainStepParts> => ({
      mix: (pixels, _, step) => {
        const isThird = g.op('Equal', [step, g.constant(2, 'int64')])
        return {
          pixels: g.op('Mul', [pixels, g.op('SelectV2', [isThird, g.constant(Infinity), g.constant(1)])]),
          targets: g.constant([
            [1, 0],
            [0, 1],
            [1, 0],
            [0, 1],
          ]),
        }
      },
    })
    const { step, values } = await start(
      { optimizer: { accumulate: 2 }, precision: { amp: 'fp16', initialLossScale: 256 } },
      { batchNorm: false, parts: poisoned },
    )
    expect(await step(0.1, 0)).toMatchObject({ skipped: false, lossScale: 256 })
    const before = await values()
    expect(await step(0.1, 1)).toMatchObject({ skipped: true, lossScale: 256 })
    expect(weightsOf(await values())).toEqual(weightsOf(before))
    expect(await step(0.1, 2)).toMatchObject({ skipped: false, lossScale: 128 })
    const after = weightsOf(await values())
    expect(after).not.toEqual(weightsOf(before))
    expect(after.every(([, value]) => numbers(value).every(Number.isFinite))).toBe(true)
  })
})

describe('gradient clipping', () => {
  it.each([
    { precision: {}, accumulate: 1 },
    { precision: { amp: 'fp16', lossScale: 64 } as const, accumulate: 2 },
  ])('scales all gradients down to the norm, and leaves smaller ones alone: %j', async ({ precision, accumulate }) => {
    const moved = async (clipNorm: number) => {
      const { step, values } = await start({
        optimizer: { momentum: 0, weightDecay: 0, clipNorm, accumulate },
        precision,
      })
      const before = await values()
      await step(1, 0)
      const after = await values()
      const trained = ['conv/kernel', 'bn/gamma', 'bn/beta', 'dense/kernel', 'dense/bias']
      return trained.flatMap((name) => numbers(after.get(name)).map((w, i) => w - numbers(before.get(name))[i]!))
    }
    const free = await moved(0)
    const size = Math.hypot(...free)
    expect(size).toBeGreaterThan(0.1)
    const clipped = await moved(size / 4)
    clipped.forEach((change, i) => expect(change).toBeCloseTo(free[i]! / 4, 4))
    const loose = await moved(size * 2)
    loose.forEach((change, i) => expect(change).toBeCloseTo(free[i]!, 5))
  })
})

describe('the moving average of the weights', () => {
  /** Against its formula, with the decay of each step. */
  async function follows(optimizer: PartialRecipe['optimizer'], steps: number, decayOf: (step: number) => number) {
    const { step, values } = await start({ optimizer })
    const expected = new Map(weightsOf(await values()).map(([name, value]) => [name, numbers(value)]))
    for (let i = 0; i < steps; i++) {
      await step(0.1, i)
      const now = await values()
      for (const [name, average] of expected) {
        const decay = decayOf(i)
        expected.set(
          name,
          average.map((value, j) => decay * value + (1 - decay) * numbers(now.get(name))[j]!),
        )
        numbers(now.get(`ema/${name}`)).forEach((value, j) =>
          expect(value, name).toBeCloseTo(expected.get(name)![j]!, 5),
        )
      }
    }
  }

  it('follows weights and statistics from the first ones on', () => follows({ ema: 0.8 }, 4, () => 0.8))

  it.each([1, 2])('keeps less of itself at first where it warms up, with %d batches a step', (accumulate) =>
    // 0.1, 2/11, 3/12, and from the fourth step on what the recipe says.
    follows({ ema: 0.27, emaWarmup: true, accumulate }, 5, (t) => Math.min(0.27, (1 + t) / (10 + t))),
  )
})
