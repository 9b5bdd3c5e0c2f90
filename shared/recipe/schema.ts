import { z } from 'zod'

/** What the form, the documentation and the command line show of a key, beside its type, range and default. */
export interface KeyHelp {
  /** One sentence. */
  readonly help: string
  readonly unit?: string
  /** Where the default or the formula comes from. */
  readonly source?: string
}

const nvidia = 'NVIDIA ResNet-50 v1.5 for TensorFlow'

/** A key of the recipe: a type with its default and its documentation. */
const key = <T extends z.ZodType>(type: T, initial: z.infer<T>, help: KeyHelp) =>
  type.meta({ ...help }).default(initial as z.util.NoUndefined<z.output<T>>)

const fraction = z.number().min(0).max(1)
const positive = z.number().positive()
const count = z.int().positive()
const range = (limit: typeof positive) =>
  z.tuple([limit, limit]).refine(([low, high]) => low <= high, 'the first number must not exceed the second')

export const architectures = ['resnet8', 'resnet20', 'resnet56', 'resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152'] as const
export type Architecture = (typeof architectures)[number]

const model = z.strictObject({
  architecture: key(z.enum(architectures), 'resnet50', {
    help: 'The network: resnet8, 20 and 56 are the small ones for images of about 32 px, the others the v1.5 family for 224 px.',
    source: 'He et al. 2015, arXiv 1512.03385; v1.5: ' + nvidia,
  }),
  batchNormMomentum: key(fraction, 0.9, { help: 'How much of the moving mean and variance a step keeps.', source: nvidia }),
  batchNormEpsilon: key(positive, 1e-5, { help: 'Added to the variance before its square root.', source: nvidia }),
  zeroInitResidual: key(z.boolean(), true, {
    help: 'The last batch-norm scale of every residual block starts at zero, so that a block starts as the identity.',
    source: 'Goyal et al. 2017, arXiv 1706.02677, section 5.1',
  }),
})

const data = z.strictObject({
  dataset: key(z.string(), '', { help: 'The name of a dataset, or the path of its folder.' }),
  imageSize: key(count, 224, { help: 'Height and width of what the network sees.', unit: 'px' }),
  evaluationResize: key(count, 256, { help: 'The short side is scaled to this before the centre crop of evaluation.', unit: 'px', source: nvidia }),
  channels: key(z.union([z.literal(1), z.literal(3)]), 3, { help: 'Colour channels of what the network sees: 1 grey, 3 RGB.' }),
  mean: key(z.array(z.number()).min(1).max(3), [123.675, 116.28, 103.53], {
    help: 'Subtracted from each channel.',
    unit: '0-255',
    source: 'the mean of ImageNet',
  }),
  std: key(z.array(positive).min(1).max(3), [58.395, 57.12, 57.375], {
    help: 'Each channel is divided by this after the mean.',
    unit: '0-255',
    source: 'the standard deviation of ImageNet',
  }),
  batchSize: key(count, 256, { help: 'Images in a training step, on each device.', unit: 'images' }),
  evaluationBatchSize: key(count, 256, { help: 'Images in an evaluation step.', unit: 'images' }),
})

const augment = z.strictObject({
  crop: key(z.enum(['random-resized', 'pad-and-crop', 'none']), 'random-resized', {
    help: 'random-resized: a random area and aspect ratio, scaled to the image size; pad-and-crop: a random window of the padded image; none: the evaluation transform.',
    source: 'random-resized: Szegedy et al. 2014, arXiv 1409.4842; pad-and-crop: He et al. 2015',
  }),
  area: key(range(positive.max(1)), [0.08, 1], { help: 'Smallest and largest share of the image area that a random-resized crop keeps.', source: nvidia }),
  aspect: key(range(positive), [3 / 4, 4 / 3], { help: 'Smallest and largest width over height of a random-resized crop.', source: nvidia }),
  padding: key(z.int().min(0), 4, { help: 'Black pixels added on every side before pad-and-crop.', unit: 'px', source: 'He et al. 2015, section 4.2' }),
  flip: key(fraction, 0.5, { help: 'Probability of a left-right flip.', source: nvidia }),
})

const optimizer = z.strictObject({
  name: key(z.enum(['sgd']), 'sgd', { help: 'sgd: stochastic gradient descent with momentum.', source: nvidia }),
  momentum: key(fraction, 0.875, { help: 'How much of the last update goes on into the next.', source: nvidia }),
  weightDecay: key(z.number().min(0), 1 / 32768, {
    help: 'Times the weight, added to its gradient; not for batch norm nor biases.',
    source: nvidia,
  }),
})

const schedule = z.strictObject({
  epochs: key(count, 90, { help: 'Passes over the training images.', unit: 'epochs', source: nvidia }),
  name: key(z.enum(['cosine', 'step', 'constant']), 'cosine', {
    help: 'How the learning rate falls after the warm-up.',
    source: 'cosine: Loshchilov & Hutter 2016, arXiv 1608.03983; step: He et al. 2015',
  }),
  learningRate: key(positive, 0.256, {
    help: 'The highest learning rate for 256 images a step; it is scaled linearly with the total batch.',
    unit: 'per 256 images',
    source: nvidia + '; linear scaling: Goyal et al. 2017',
  }),
  finalLearningRate: key(z.number().min(0), 0, { help: 'Where the cosine ends, as a share of the highest rate.' }),
  warmupEpochs: key(z.number().min(0), 5, { help: 'The rate rises linearly over these.', unit: 'epochs', source: 'Goyal et al. 2017' }),
  warmupFromBatch: key(z.int().min(0), 512, { help: 'There is a warm-up only from this total batch up; 0: always.', unit: 'images', source: nvidia }),
  milestones: key(z.array(positive), [30, 60, 80], { help: 'step: the rate is multiplied by the factor at each of these.', unit: 'epochs', source: 'Goyal et al. 2017' }),
  factor: key(fraction, 0.1, { help: 'step: what the rate is multiplied by at a milestone.', source: 'He et al. 2015' }),
})

const loss = z.strictObject({
  labelSmoothing: key(fraction, 0.1, {
    help: 'This share of the label goes to all classes alike.',
    source: 'Szegedy et al. 2015, arXiv 1512.00567, section 7',
  }),
})

const precision = z.strictObject({
  oneDnn: key(z.boolean(), true, { help: "Use oneDNN's kernels on the CPU.", source: 'TF_ENABLE_ONEDNN_OPTS' }),
  intraOpThreads: key(z.int().min(0), 0, { help: 'Threads within one operation; 0: one a core.', unit: 'threads' }),
  interOpThreads: key(z.int().min(0), 0, { help: 'Threads across operations; 0: one a core.', unit: 'threads' }),
})

const run = z.strictObject({
  name: key(z.string().max(100), '', { help: 'What the run is called; empty: made from the network and the dataset.' }),
  seed: key(z.int().min(0), 1, { help: 'Decides the first weights, the order of the images and their augmentation.' }),
  evaluateEvery: key(count, 1, { help: 'Evaluate after this many epochs, and at the end.', unit: 'epochs' }),
  checkpointEvery: key(count, 1, { help: 'Save a checkpoint after this many epochs, and at the end.', unit: 'epochs' }),
  keepCheckpoints: key(count, 3, { help: 'Older checkpoints than these are deleted; the best one stays.', unit: 'checkpoints' }),
  logEvery: key(count, 10, { help: 'Write the training metrics after this many steps, as their mean.', unit: 'steps' }),
})

/** The whole recipe: every figure that affects a result. Parsing fills in the defaults, which are the 90-epoch recipe of NVIDIA's ResNet-50 v1.5. */
export const recipeSchema = z.strictObject({
  model: model.prefault({}),
  data: data.prefault({}),
  augment: augment.prefault({}),
  optimizer: optimizer.prefault({}),
  schedule: schedule.prefault({}),
  loss: loss.prefault({}),
  precision: precision.prefault({}),
  run: run.prefault({}),
})

export type Recipe = z.output<typeof recipeSchema>
/** A part of a recipe: only what differs. */
export type PartialRecipe = z.input<typeof recipeSchema>
