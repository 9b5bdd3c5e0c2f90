import type { Recipe } from '../schema.ts'
import { parseRecipe } from '../validate.ts'
import { flags } from './flags.ts'
import { parseCommandLine, type GivenFlags } from './parse.ts'

/** A flag that is not in the recipe, or not as the script means it. */
export interface ImportNote {
  readonly flag: string
  /** One clause or two: why, and what to use in its place. */
  readonly note: string
}

export interface NvidiaImport {
  readonly recipe: Recipe
  readonly notes: readonly ImportNote[]
  /** What does here what `--mode` does there; `RECIPE` stands for the file with the recipe. */
  readonly command: string
}

/**
 * The recipe that a command line of NVIDIA's script stands for. A flag that is not given has the script's own
 * default, which is not always that of a recipe. Throws `UsageError` for what the script would refuse, and
 * `RecipeError` for a value out of the range of its key.
 */
export function importNvidia(commandLine: string): NvidiaImport {
  const { given, devices } = parseCommandLine(commandLine)
  return {
    recipe: parseRecipe(recipeOf(given, devices)),
    notes: [...notesOf(given), ...deviceNotes(devices)],
    command: commandOf(given),
  }
}

/** Defaults from the script, where it has one that matters. */
function recipeOf(given: GivenFlags, devices: number): unknown {
  const of = (name: string, initial: string | number) => given.get(name) ?? initial
  return {
    model: {
      architecture: of('arch', 'resnet50'),
      initialization: of('weight_init', 'fan_out'),
      padding: 'same',
      init: of('finetune_checkpoint', ''),
    },
    data: {
      ...key('dataset', given.get('data_dir')),
      ...key('batchSize', given.get('batch_size')),
      ...key('evaluationBatchSize', given.get('batch_size')),
      ...syntheticSize(given),
    },
    augment: { mixup: of('mixup', 0) },
    optimizer: { momentum: of('momentum', 0.9), weightDecay: of('weight_decay', 1e-4), accumulate: devices },
    schedule: {
      [given.get('iter_unit') === 'batch' ? 'steps' : 'epochs']: of('num_iter', 1),
      learningRate: of('lr_init', 0.1),
      warmupEpochs: of('lr_warmup_epochs', 5),
      warmupFromBatch: 0,
      ...(isOn(given, 'use_cosine_lr', 'cosine_lr')
        ? { name: 'cosine' }
        : { name: 'step', milestones: [30, 60, 80, 90] }),
    },
    loss: { labelSmoothing: of('label_smoothing', 0) },
    precision: precisionOf(given),
    run: {
      ...key('seed', given.get('seed')),
      ...key('logEvery', given.get('display_every')),
      ...(given.get('mode') === 'train' && { evaluateEvery: 0 }),
    },
  }
}

/** The script heeds it only where it makes its images itself. */
function syntheticSize(given: GivenFlags): Record<string, unknown> {
  const size = given.has('data_dir') ? undefined : given.get('synthetic_data_size')
  return size === undefined ? {} : { imageSize: size, evaluationResize: size }
}

function precisionOf(given: GivenFlags): Record<string, unknown> {
  const quantize = given.get('quantize') !== true ? 'off' : given.get('symmetric') === true ? 'symmetric' : 'asymmetric'
  return {
    amp: isOn(given, 'use_tf_amp', 'amp') ? 'fp16' : 'off',
    lossScale: staticLossScale(given) ?? 0,
    xla: isOn(given, 'use_xla', 'xla'),
    quantize,
    ...key('quantizeDelay', given.get('quant_delay')),
    ...key('gpuMemoryFraction', given.get('gpu_memory_fraction')),
  }
}

/** The older spelling has the scale and a switch for it, the newer one the scale alone, -1 for a dynamic one. */
function staticLossScale(given: GivenFlags): number | undefined {
  const newer = given.get('static_loss_scale')
  if (newer !== undefined) return newer === -1 ? undefined : Number(newer)
  return given.get('use_static_loss_scaling') === true ? Number(given.get('loss_scale') ?? 256) : undefined
}

const key = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value })
const isOn = (given: GivenFlags, ...names: readonly string[]) => names.some((name) => given.get(name) === true)

/** The rate is the script's already: both scale it by the images of a step. */
const deviceNotes = (devices: number): ImportNote[] =>
  devices === 1
    ? []
    : [
        {
          flag: `-np ${devices}`,
          note: `${devices} GPUs train at once there; here a step accumulates as many batches (optimizer.accumulate), so that it has as many images.`,
        },
      ]

function notesOf(given: GivenFlags): ImportNote[] {
  const withoutPlace = flags.flatMap(({ name, note }) =>
    note !== undefined && given.has(name) && given.get(name) !== false ? [{ flag: `--${name}`, note }] : [],
  )
  return [...withoutPlace, ...differences.filter(({ when }) => when(given)).map(({ flag, note }) => ({ flag, note }))]
}

/** Where a flag is in the recipe but means a little less, or more, than there. */
const differences: readonly (ImportNote & { readonly when: (given: GivenFlags) => boolean })[] = [
  {
    flag: '--batch_size',
    when: (given) => !given.has('batch_size'),
    note: 'the script demands it; without it the recipe has its own default.',
  },
  {
    flag: '--data_dir',
    when: (given) => !given.has('data_dir'),
    note: 'none is given: name a dataset in data.dataset, or with "anneal train --dataset".',
  },
  {
    flag: '--use_cosine_lr',
    when: (given) => isOn(given, 'use_cosine_lr', 'cosine_lr'),
    note: "the cosine begins after the warm-up here; the script's runs over all steps, and the warm-up hides its beginning.",
  },
  {
    flag: '--loss_scale',
    when: (given) => given.has('loss_scale') && given.get('use_static_loss_scaling') !== true,
    note: 'it counts with --use_static_loss_scaling only; the loss scale is dynamic.',
  },
  {
    flag: '--symmetric',
    when: (given) => given.get('symmetric') === true && given.get('quantize') !== true,
    note: 'it counts with --quantize only.',
  },
  {
    flag: '--finetune_checkpoint',
    when: (given) => given.has('finetune_checkpoint'),
    note: "model.init takes checkpoints of Anneal; one of the script has other names and can't be read.",
  },
  {
    flag: '--gpu_memory_fraction',
    when: (given) => given.has('gpu_memory_fraction'),
    note: 'it counts with --use_dali only there, and always here.',
  },
]

function commandOf(given: GivenFlags): string {
  const steps = given.get('iter_unit') === 'batch' && given.has('num_iter') ? ` --steps ${given.get('num_iter')}` : ''
  const measured = `--recipe RECIPE${steps}${given.has('warmup_steps') ? ` --warmup ${given.get('warmup_steps')}` : ''}`
  switch (given.get('mode') ?? 'train_and_evaluate') {
    case 'evaluate':
      return 'anneal evaluate RUN'
    case 'predict':
      return `anneal predict RUN ${given.get('to_predict') ?? 'IMAGE'}`
    case 'training_benchmark':
      return `anneal benchmark train ${measured}`
    case 'inference_benchmark':
      return `anneal benchmark inference ${measured}`
    default:
      return 'anneal train --recipe RECIPE'
  }
}
