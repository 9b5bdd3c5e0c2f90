import type { Recipe } from '../../shared/recipe/schema.ts'
import { lowerModel, type Model, type Variables } from '../models/index.ts'
import { Tensor, type Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'
import { softmaxCrossEntropy } from './loss.ts'
import { inTopK, shareOf } from './metrics.ts'
import { normalise } from './normalise.ts'
import { momentumSgd } from './optimizers/momentum-sgd.ts'

/** What a step yields: means over its batch. */
export interface StepResult {
  /** The loss that is minimised, label smoothing included, weight decay not. */
  readonly loss: number
  /** Share of images whose label is the highest logit, or among the five highest. */
  readonly top1: number
  readonly top5: number
  /** Seconds that the step waited for its images. */
  readonly dataWait: number
}

/** Runs one optimizer step. `step` counts from 0. */
export type TrainStep = (learningRate: number, step: number) => Promise<StepResult>

export interface TrainStepParts {
  readonly model: Model
  readonly variables: Variables
  /** Resource handles of the velocities, by variable name. */
  readonly velocities: ReadonlyMap<string, Output>
  /** uint8 [batch, height, width, channels], 0 to 255, and int32 [batch]. */
  readonly images: Output
  readonly labels: Output
  /** float64 scalar, seconds. */
  readonly dataWait: Output
  readonly recipe: Recipe
}

/** Adds a whole optimizer step to the graph: forward, loss, gradients, update, moving averages. */
export function buildTrainStep(g: GraphBuilder, parts: TrainStepParts): (session: Session) => TrainStep {
  return g.withName('train', () => {
    const learningRate = g.placeholder('float32', [], 'learning_rate')
    const step = g.placeholder('int64', [], 'step')
    const { recipe, model, labels } = parts
    const pixels = normalise(g, parts.images, recipe.data.mean, recipe.data.std)
    const lowered = lowerModel(g, model, parts.variables, pixels, { training: true, seed: recipe.run.seed, step })
    const loss = softmaxCrossEntropy(g, lowered.output, labels, model.classes, recipe.loss.labelSmoothing)
    const updates = applyGradients(g, parts, lowered.reads, loss, learningRate)
    const all = g.group([...updates, ...lowered.updates], 'step')
    const top1 = shareOf(g, inTopK(g, lowered.output, labels, 1, model.classes))
    const top5 = shareOf(g, inTopK(g, lowered.output, labels, 5, model.classes))
    return (session) => runner(session, { learningRate, step, fetches: [loss, top1, top5, parts.dataWait], target: all })
  })
}

function applyGradients(g: GraphBuilder, parts: TrainStepParts, reads: ReadonlyMap<string, Output>, loss: Output, learningRate: Output): Operation[] {
  const { optimizer } = parts.recipe
  const trainable = [...reads].map(([name, value]) => ({ variable: parts.variables.get(name)!, value }))
  const gradients = g.gradients(loss, trainable.map(({ value }) => value))
  const used = trainable.flatMap(({ variable, value }, i) => {
    const gradient = gradients[i]
    if (!gradient) return []
    const weightDecay = variable.role === 'kernel' ? optimizer.weightDecay : 0
    return [{ handle: variable.handle, value, gradient, velocity: parts.velocities.get(variable.name)!, weightDecay }]
  })
  return g.withName('optimizer', () => momentumSgd(g, { learningRate, momentum: optimizer.momentum }, used))
}

interface StepNodes {
  readonly learningRate: Output
  readonly step: Output
  readonly fetches: readonly Output[]
  readonly target: Operation
}

const runner =
  (session: Session, nodes: StepNodes): TrainStep =>
  async (learningRate, step) => {
    using rate = Tensor.scalar('float32', learningRate)
    using position = Tensor.scalar('int64', step)
    const fetched = await session.run({
      feeds: [
        [nodes.learningRate, rate],
        [nodes.step, position],
      ],
      fetches: nodes.fetches,
      targets: [nodes.target],
    })
    const [loss, top1, top5, dataWait] = fetched.map((tensor) => {
      using scalar = tensor
      return scalar.item()
    }) as [number, number, number, number]
    // The graph asks the wall clock, which may be set back.
    return { loss, top1, top5, dataWait: Math.max(0, dataWait) }
  }
