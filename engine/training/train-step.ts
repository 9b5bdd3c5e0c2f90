import type { Recipe } from '../../shared/recipe/schema.ts'
import { lowerModel, precisionMode, type LoweredModel, type Model, type Variables } from '../models/index.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'
import { accumulate } from './accumulate.ts'
import { applyOptimizer, type Gradient } from './apply-optimizer.ts'
import { buildLoss } from './loss.ts'
import { lossScaling } from './loss-scale.ts'
import { inTopK, shareOf } from '../evaluation/per-image.ts'
import { updateAverages } from './moving-average.ts'
import { norm } from './norm.ts'
import { normalise } from '../pipeline/index.ts'
import { onlyIf } from './only-if.ts'
import { rescale } from './rescale.ts'
import { stepRunner, type TrainStep } from './run-step.ts'
import type { TrainState } from './state.ts'

export type { StepResult, TrainStep } from './run-step.ts'

export interface TrainStepParts {
  readonly model: Model
  readonly variables: Variables
  readonly state: TrainState
  /** uint8 [batch, height, width, channels], 0 to 255, and int32 [batch]. */
  readonly images: Output
  readonly labels: Output
  /** Mixes normalised images with each other, and their labels: float32 [batch, classes]. The step counts batches. */
  readonly mix?: ((pixels: Output, labels: Output, step: Output) => { pixels: Output; targets: Output }) | undefined
  /** float64 scalar, seconds. */
  readonly dataWait: Output
  readonly recipe: Recipe
  /** How much an image of each class counts in the loss; all alike without. */
  readonly classWeights?: readonly number[] | undefined
}

/**
 * Adds the training on a batch to the graph; one run of it is a step, or one batch of a step that has several. Where
 * the loss is scaled, nothing but the scale is changed unless every gradient is finite.
 */
export function buildTrainStep(g: GraphBuilder, parts: TrainStepParts): (session: Session) => TrainStep {
  const { recipe, state, dataWait } = parts
  const { accumulate: batches, clipNorm } = recipe.optimizer
  return g.withName('train', () => {
    const learningRate = g.placeholder('float32', [], 'learning_rate')
    const batch = g.placeholder('int64', [], 'batch')

    const { loss, lowered } = forward(g, parts, batch)
    const scaling = lossScaling(g, recipe.precision, state)
    const gradients = backward(g, parts, lowered, loss, scaling?.scale)

    // The gradients of a step's batches are added up; what follows comes with the last of them.
    const { sums, kept, isLast } = accumulate(g, batches, state, batch, gradients)
    const size = scaling || clipNorm > 0 ? sizeOf(g, sums) : undefined
    const finite = scaling && g.op('IsFinite', [size!])

    const moved = onlyIf(g, finite, () => lowered.updates.map((update) => update()))
    const updated = onlyIf(g, both(g, finite, isLast), () => {
      const mean = rescale(g, sums, { batches, lossScale: scaling?.scale, clipNorm, norm: size })
      return update(g, parts, { learningRate, batch }, mean, moved)
    })
    const adapted = scaling ? onlyIf(g, isLast, () => scaling.adapt(finite!)) : []

    const target = g.group([...kept, ...moved, ...updated, ...adapted], 'step')
    const scale = scaling && { lossScale: scaling.scale, finite: finite! }
    const fetches = { ...accuracyOf(g, parts, lowered.output), loss, dataWait, ...scale }
    return (session) => stepRunner(session, { learningRate, batch, fetches, target }, batches)
  })
}

/** Pixels are normalised and mixed, go through the network, and its logits are compared with their labels. */
function forward(
  g: GraphBuilder,
  { recipe, model, variables, images, labels, mix, classWeights }: TrainStepParts,
  batch: Output,
): { loss: Output; lowered: LoweredModel } {
  const pixels = normalise(g, images, recipe.data.mean, recipe.data.std)
  const mixed = mix?.(pixels, labels, batch)
  const { compute, quantizeDelay } = precisionMode(recipe.precision)
  const mode = {
    training: true,
    seed: recipe.run.seed,
    step: batch,
    compute,
    quantizeDelay: quantizeDelay * recipe.optimizer.accumulate,
  }
  const lowered = lowerModel(g, model, variables, mixed?.pixels ?? pixels, mode)
  const loss = buildLoss(g, {
    logits: lowered.output,
    labels,
    targets: mixed?.targets,
    classes: model.classes,
    loss: recipe.loss,
    classWeights,
  })
  return { loss, lowered }
}

/** The gradients of the loss, times its scale, with respect to every trainable variable that it depends on. */
function backward(
  g: GraphBuilder,
  { variables }: TrainStepParts,
  { reads }: LoweredModel,
  loss: Output,
  scale: Output | undefined,
): Gradient[] {
  const gradients = g.gradients(loss, [...reads.values()], scale)
  return [...reads].flatMap(([name, value], i) => {
    const gradient = gradients[i]
    return gradient ? [{ variable: variables.get(name)!, value, gradient }] : []
  })
}

/** The norm of all gradients together. */
const sizeOf = (g: GraphBuilder, gradients: readonly Gradient[]): Output => {
  const tensors = gradients.map(({ gradient }) => gradient)
  return norm(g, tensors)
}

/** Where both are given, whether both hold. */
const both = (g: GraphBuilder, a: Output | undefined, b: Output | undefined): Output | undefined =>
  a && b ? g.op('LogicalAnd', [a, b]) : (a ?? b)

/** Every weight by the optimizer, and after it, and after the statistics of batch norm, the moving averages. */
function update(
  g: GraphBuilder,
  { recipe: { optimizer }, variables, state }: TrainStepParts,
  { learningRate, batch }: { readonly learningRate: Output; readonly batch: Output },
  gradients: readonly Gradient[],
  moved: readonly Operation[],
): Operation[] {
  const updates = applyOptimizer(g, optimizer, state, learningRate, gradients)
  if (optimizer.ema === 0) return updates
  return g.withControlDependencies([...updates, ...moved], () => updateAverages(g, variables, state, optimizer, batch))
}

function accuracyOf(
  g: GraphBuilder,
  { model, labels }: TrainStepParts,
  logits: Output,
): { top1: Output; top5: Output } {
  const share = (k: number) => shareOf(g, inTopK(g, logits, labels, k, model.classes))
  return { top1: share(1), top5: share(5) }
}
