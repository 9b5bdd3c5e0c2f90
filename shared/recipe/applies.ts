import { architecturesWhere, traitsOf } from './architectures.ts'
import { recipeKeys } from './keys.ts'
import { optimizersWith, ownOptimizerKeys } from './optimizers.ts'
import { valueOf } from './resolve.ts'
import type { Recipe } from './schema.ts'

/** Keys that count only under a choice of other keys. */
interface Condition {
  readonly keys: readonly string[]
  /** Completes "Only used when ...". */
  readonly when: string
  readonly holds: (recipe: Recipe) => boolean
}

const drawnAsPublished = architecturesWhere(({ deviation }) => deviation !== undefined)
const withoutBatchNorm = architecturesWhere(({ hasBatchNorm }) => !hasBatchNorm)
const withoutPadding = architecturesWhere(({ padsSteps }) => !padsSteps)
const withoutStem = architecturesWhere(({ isSmall }) => isSmall)
const optimizerConditions = ownOptimizerKeys.map((key): Condition => {
  const users = optimizersWith(key)
  return {
    keys: [`optimizer.${key}`],
    when: `optimizer.name is ${users.join(' or ')}`,
    holds: ({ optimizer }) => users.includes(optimizer.name),
  }
})

const conditions: readonly Condition[] = [
  {
    keys: [
      'model.architecture',
      'model.batchNormMomentum',
      'model.batchNormEpsilon',
      'model.zeroInitResidual',
      'model.blurPool',
      'model.padding',
      'model.stochasticDepth',
      'model.dropout',
    ],
    when: 'model.file is empty: the file says what the network is',
    holds: ({ model }) => model.file === '',
  },
  {
    keys: ['model.initialization'],
    when: `the network is another than ${drawnAsPublished.join(' and ')}, whose weights are drawn as published`,
    holds: ({ model }) => model.file !== '' || !drawnAsPublished.includes(model.architecture),
  },
  {
    keys: ['model.blurPool'],
    when: 'the network is a ResNet',
    holds: ({ model }) => traitsOf(model.architecture).isResNet,
  },
  {
    keys: ['model.batchNormMomentum', 'model.batchNormEpsilon', 'model.zeroInitResidual'],
    when: `the network has batch norm, which ${withoutBatchNorm.join(' and ')} ${withoutBatchNorm.length > 1 ? 'have' : 'has'} not`,
    holds: ({ model }) => traitsOf(model.architecture).hasBatchNorm,
  },
  {
    keys: ['model.padding'],
    when: `the network pads a step down in resolution, which ${withoutPadding.join(' and ')} never does, nor ${withoutStem.join(', ')} with model.blurPool`,
    holds: ({ model: { architecture, blurPool } }) =>
      !withoutPadding.includes(architecture) && !(blurPool && withoutStem.includes(architecture)),
  },
  { keys: ['data.resizeEpochs'], when: 'data.startImageSize is above 0', holds: ({ data }) => data.startImageSize > 0 },
  {
    keys: ['augment.area', 'augment.aspect'],
    when: 'augment.crop is random-resized',
    holds: ({ augment }) => augment.crop === 'random-resized',
  },
  {
    keys: ['augment.padding'],
    when: 'augment.crop is pad-and-crop',
    holds: ({ augment }) => augment.crop === 'pad-and-crop',
  },
  { keys: ['augment.saturation', 'augment.hue'], when: 'data.channels is 3', holds: ({ data }) => data.channels === 3 },
  {
    keys: ['augment.operations', 'augment.magnitude'],
    when: 'augment.policy is randaugment',
    holds: ({ augment }) => augment.policy === 'randaugment',
  },
  {
    keys: ['augment.erasingArea', 'augment.erasingAspect'],
    when: 'augment.erasing is above 0',
    holds: ({ augment }) => augment.erasing > 0,
  },
  ...optimizerConditions,
  { keys: ['optimizer.emaWarmup'], when: 'optimizer.ema is above 0', holds: ({ optimizer }) => optimizer.ema > 0 },
  { keys: ['schedule.epochs'], when: 'schedule.steps is 0', holds: ({ schedule }) => schedule.steps === 0 },
  {
    keys: ['schedule.finalLearningRate'],
    when: 'schedule.name is cosine, polynomial or one-cycle',
    holds: ({ schedule }) => schedule.name !== 'constant' && schedule.name !== 'step',
  },
  {
    keys: ['schedule.milestones', 'schedule.factor'],
    when: 'schedule.name is step',
    holds: ({ schedule }) => schedule.name === 'step',
  },
  {
    keys: ['schedule.power'],
    when: 'schedule.name is polynomial',
    holds: ({ schedule }) => schedule.name === 'polynomial',
  },
  {
    keys: ['schedule.riseShare', 'schedule.startShare'],
    when: 'schedule.name is one-cycle',
    holds: ({ schedule }) => schedule.name === 'one-cycle',
  },
  {
    keys: ['schedule.warmupEpochs', 'schedule.warmupFromBatch'],
    when: 'schedule.name is another than one-cycle, which has its own rise',
    holds: ({ schedule }) => schedule.name !== 'one-cycle',
  },
  {
    keys: ['schedule.warmupEpochs'],
    when: 'a step has at least schedule.warmupFromBatch images',
    holds: ({ data, optimizer, schedule }) =>
      schedule.warmupEpochs === 0 || data.batchSize * optimizer.accumulate >= schedule.warmupFromBatch,
  },
  { keys: ['loss.targetThreshold'], when: 'loss.name is bce', holds: ({ loss }) => loss.name === 'bce' },
  { keys: ['loss.focalGamma'], when: 'loss.name is focal', holds: ({ loss }) => loss.name === 'focal' },
  {
    keys: ['precision.lossScale', 'precision.initialLossScale', 'precision.lossScaleGrowth'],
    when: 'precision.amp is fp16',
    holds: ({ precision }) => precision.amp === 'fp16',
  },
  {
    keys: ['precision.initialLossScale', 'precision.lossScaleGrowth'],
    when: 'precision.lossScale is 0',
    holds: ({ precision }) => precision.lossScale === 0,
  },
  {
    keys: ['precision.quantizeDelay'],
    when: 'precision.quantize is on',
    holds: ({ precision }) => precision.quantize !== 'off',
  },
  {
    keys: ['run.bestMetric', 'run.earlyStopping'],
    when: 'run.evaluateEvery is above 0',
    holds: ({ run }) => run.evaluateEvery > 0,
  },
  {
    keys: ['run.rollBackFactor', 'run.rollBacks'],
    when: 'run.onDivergence is roll-back',
    holds: ({ run }) => run.onDivergence === 'roll-back',
  },
]

const byKey = new Map<string, Condition[]>()
for (const condition of conditions)
  for (const key of condition.keys) byKey.set(key, [...(byKey.get(key) ?? []), condition])

/** Why a key does nothing in this recipe, if it does nothing: one sentence. */
export function whyUnused(path: string, recipe: Recipe): string | undefined {
  const failed = byKey.get(path)?.find(({ holds }) => !holds(recipe))
  return failed && `Only used when ${failed.when}.`
}

export interface UnusedKey {
  readonly path: string
  readonly reason: string
}

/** The keys that somebody has changed, and that do nothing. */
export function unusedChanges(recipe: Recipe): UnusedKey[] {
  return recipeKeys.flatMap(({ path, group, name, initial }) => {
    const reason =
      JSON.stringify(valueOf(recipe, group, name)) === JSON.stringify(initial) ? undefined : whyUnused(path, recipe)
    return reason === undefined ? [] : [{ path, reason }]
  })
}
