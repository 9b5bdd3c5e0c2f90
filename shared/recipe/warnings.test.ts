import { describe, expect, it } from 'vitest'
import { presets } from './presets.ts'
import { resolveRecipe } from './resolve.ts'
import { recipeWarnings, type DatasetFacts } from './warnings.ts'

const dataset = (changes: Partial<DatasetFacts> = {}): DatasetFacts => ({
  images: { train: 1000, val: 100 },
  classes: 10,
  isHeldOut: true,
  ...changes,
})
const imageNet: DatasetFacts = {
  images: { train: 1_281_167, val: 50_000 },
  classes: 1000,
  isHeldOut: false,
  colours: { isGrey: false, mean: [122.7, 115.9, 100.7], std: [70, 68, 72] },
}

/** The keys that are warned of, where a recipe of 100 images a step is 90 epochs of 10 steps unless it says otherwise. */
const pathsOf = (settings: readonly string[], facts: DatasetFacts | undefined = dataset()) =>
  recipeWarnings(resolveRecipe({ settings: ['data.batchSize=100', ...settings] }), facts).map(({ path }) => path)
const messageOf = (settings: readonly string[], facts?: DatasetFacts) =>
  recipeWarnings(resolveRecipe({ settings: ['data.batchSize=100', ...settings] }), facts ?? dataset())[0]?.message

it('no preset is warned of on the dataset that it was made for', () => {
  const small: DatasetFacts = { ...imageNet, images: { train: 50_000, val: 10_000 }, classes: 10 }
  const grey: DatasetFacts = { ...small, colours: { isGrey: true, mean: [73, 73, 73], std: [90, 90, 90] } }
  const factsOf = (name: string) => (name.startsWith('cifar') ? small : /fashion|demo/.test(name) ? grey : imageNet)
  const warned = presets.flatMap(({ name }) => recipeWarnings(resolveRecipe({ preset: name }), factsOf(name)))
  expect(warned).toEqual([])
})

describe('what the run does not reach', () => {
  const warm = ['schedule.warmupFromBatch=0']
  it.each([
    [[...warm, 'schedule.warmupEpochs=5', 'schedule.epochs=4'], ['schedule.warmupEpochs']],
    [[...warm, 'schedule.warmupEpochs=5', 'schedule.epochs=5'], ['schedule.warmupEpochs']],
    [[...warm, 'schedule.warmupEpochs=5', 'schedule.epochs=6'], []],
    // 40 steps of 10 an epoch.
    [[...warm, 'schedule.warmupEpochs=5', 'schedule.steps=40'], ['schedule.warmupEpochs']],
    [['schedule.warmupEpochs=5', 'schedule.epochs=4'], []],
    [['schedule.name=step', 'schedule.epochs=60'], ['schedule.milestones']],
    [['schedule.name=step', 'schedule.epochs=81'], []],
    [['schedule.name=step', 'schedule.steps=100'], ['schedule.milestones']],
    [['data.startImageSize=128', 'data.resizeEpochs=5,20', 'schedule.epochs=19'], ['data.resizeEpochs']],
    [['data.startImageSize=128', 'data.resizeEpochs=5,20', 'schedule.epochs=20'], []],
    [['precision.quantize=symmetric', 'precision.quantizeDelay=900'], ['precision.quantizeDelay']],
    [['precision.quantize=symmetric', 'precision.quantizeDelay=899'], []],
    [['run.evaluateEvery=91'], ['run.evaluateEvery']],
    [['run.evaluateEvery=90'], []],
    [['run.checkpointEvery=91'], ['run.checkpointEvery']],
    [['run.earlyStopping=89'], ['run.earlyStopping']],
    [['run.earlyStopping=88'], []],
    // 18 evaluations.
    [['run.earlyStopping=17', 'run.evaluateEvery=5'], ['run.earlyStopping']],
    [['run.earlyStopping=16', 'run.evaluateEvery=5'], []],
  ])('%j', (settings, paths) => {
    expect(pathsOf(settings)).toEqual(paths)
  })

  it('is told without a dataset too, where the recipe says it', () => {
    expect(recipeWarnings(resolveRecipe({ settings: ['schedule.name=step', 'schedule.epochs=70'] }))).toEqual([
      {
        path: 'schedule.milestones',
        message: '80 is not reached by a run of 70 epochs: leave such epochs out, or state earlier ones.',
      },
    ])
    expect(recipeWarnings(resolveRecipe({ settings: ['schedule.name=step', 'schedule.steps=100'] }))).toEqual([])
  })
})

describe('averages that are too slow', () => {
  // 900 steps: 0.05 to the power of 1/900 is 0.99668.
  it.each([
    [['optimizer.ema=0.9967'], ['optimizer.ema']],
    [['optimizer.ema=0.9966'], []],
    [['optimizer.ema=0.9999', 'optimizer.emaWarmup=true'], []],
    [['model.batchNormMomentum=0.9967'], ['model.batchNormMomentum']],
    [['model.batchNormMomentum=1'], ['model.batchNormMomentum']],
    [['model.batchNormMomentum=0.9967', 'data.batchSize=50', 'optimizer.accumulate=2'], []],
    [['schedule.epochs=2'], ['model.batchNormMomentum']],
    [['schedule.epochs=2', 'model.architecture=convnext-tiny'], []],
  ])('%j', (settings, paths) => {
    expect(pathsOf(settings)).toEqual(paths)
  })

  it('says how slow it may be', () => {
    const told = messageOf(['optimizer.ema=0.9999'])!
    expect(told).toMatch(/still holds 91 % of the first weights/)
    const slowest = Number(/ema to (0\.\d+) or less/.exec(told)![1])
    expect(slowest).toBeCloseTo(0.05 ** (1 / 900), 5)
    expect(pathsOf([`optimizer.ema=${slowest}`])).toEqual([])
  })
})

describe('what learns nothing, or is measured wrongly', () => {
  it.each([
    [['data.batchSize=1'], dataset(), ['data.batchSize']],
    [['data.batchSize=1', 'optimizer.accumulate=64'], dataset(), ['data.batchSize']],
    [['data.batchSize=1', 'model.architecture=convnext-tiny'], dataset(), []],
    [['run.bestMetric=top5'], dataset({ classes: 5 }), ['run.bestMetric']],
    [['run.bestMetric=top5'], dataset({ classes: 6 }), []],
    [['loss.name=bce', 'loss.targetThreshold=0.2'], dataset(), ['loss.labelSmoothing']],
    [['loss.name=bce', 'loss.targetThreshold=0.2', 'loss.labelSmoothing=0'], dataset(), []],
    [['loss.labelSmoothing=1'], dataset(), ['loss.labelSmoothing']],
    [['schedule.name=step', 'schedule.factor=1'], dataset(), ['schedule.factor']],
    [['optimizer.momentum=1'], dataset(), ['optimizer.momentum']],
    [['optimizer.momentum=1', 'optimizer.name=lars'], dataset(), ['optimizer.momentum']],
  ])('%j', (settings, facts, paths) => {
    expect(pathsOf(settings, facts)).toEqual(paths)
  })
})

describe('how the dataset is split', () => {
  const held = (train: number, val: number) => dataset({ images: { train, val } })
  it.each([
    [['data.validationShare=0'], held(1100, 0), /never evaluated/],
    [['data.validationShare=0.9'], held(110, 990), /990 images .* more than the 110/],
    // One of each of ten classes of ten.
    [['data.validationShare=0.01', 'schedule.epochs=900', 'data.batchSize=10'], held(90, 10), /10 % in place of 1 %/],
    [['run.evaluateEvery=0'], held(1000, 100), /never looks at them/],
    [['data.validationShare=0.3'], dataset({ isHeldOut: false }), /no effect: .* 100 validation images of its own/],
    [['data.splitSeed=4'], dataset({ isHeldOut: false }), /no effect/],
    [['data.validationShare=0.3'], held(700, 300), undefined],
    [['data.validationShare=0', 'run.evaluateEvery=0'], held(1100, 0), undefined],
  ])('%j', (settings, facts, message) => {
    const told = messageOf(settings, facts)
    if (message) expect(told).toMatch(message)
    else expect(told).toBeUndefined()
  })
})

describe('images', () => {
  const colour = { isGrey: false, mean: [122, 116, 104], std: [60, 58, 59] }
  const grey = { isGrey: true, mean: [73, 73, 73], std: [90, 90, 90] }
  it.each([
    // A window of 64 out of 256: a sixteenth.
    [['data.imageSize=64'], colour, 'data.evaluationResize'],
    [['data.imageSize=64', 'data.evaluationResize=73'], colour, undefined],
    [['data.imageSize=96', 'data.evaluationSize=224'], colour, 'data.evaluationSize'],
    [['data.imageSize=224', 'data.evaluationSize=96', 'data.evaluationResize=110'], colour, 'data.evaluationSize'],
    [['data.mean=0.485,0.456,0.406', 'data.std=0.229,0.224,0.225'], undefined, 'data.std'],
    [['data.mean=0', 'data.std=1'], undefined, undefined],
    [['data.mean=0', 'data.std=1'], colour, 'data.mean'],
    [['data.mean=0', 'data.std=255'], colour, undefined],
    [[], grey, 'data.mean'],
    [['data.mean=73', 'data.std=90'], grey, 'data.channels'],
    [['data.mean=73', 'data.std=90', 'model.init=last/best'], grey, undefined],
    [['data.channels=1', 'data.mean=73', 'data.std=90'], grey, undefined],
    [['data.channels=1', 'data.mean=73', 'data.std=90'], colour, 'data.channels'],
    [['data.channels=1', 'data.mean=0.28', 'data.std=0.35'], grey, 'data.std'],
    [['data.mean=73', 'data.std=90', 'model.init=last/best', 'augment.hue=0.1'], grey, 'augment.hue'],
  ])('%j on %j', (settings, colours, path) => {
    expect(pathsOf(settings, dataset(colours && { colours }))[0]).toBe(path)
  })

  it('are told of with the share that evaluation sees', () => {
    expect(messageOf(['data.imageSize=64'])).toBe(
      'Evaluation looks at 6.3 % of a square picture: a window of 64 px is cut out of 256. Set data.evaluationResize to about 73.',
    )
    expect(messageOf(['data.imageSize=64', 'augment.crop=none'])).toMatch(/^Training and evaluation look at 6.3 %/)
  })
})

it('keys that were changed in vain are among them', () => {
  expect(recipeWarnings(resolveRecipe({ settings: ['optimizer.beta1=0.8'] }))).toEqual([
    { path: 'optimizer.beta1', message: 'It has no effect. Only used when optimizer.name is adamw or lamb.' },
  ])
})

it('what the dataset warns of itself is told with its name', () => {
  const recipe = resolveRecipe({ settings: ['data.batchSize=100'] })
  expect(recipeWarnings(recipe, dataset({ warnings: ['There is only one class.'] }))).toEqual([
    { path: 'data.dataset', message: 'There is only one class.' },
  ])
})
