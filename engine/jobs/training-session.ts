import { DatasetError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { keepsValidationLogits } from '../../shared/run-folder/predictions.ts'
import { evaluationPipeline, trainingPipeline, type Pipeline, type PixelCache } from '../pipeline/index.ts'
import type { DatasetIndex } from '../dataset/index.ts'
import { buildEvaluationStep, type EvaluatedBatch } from '../evaluation/evaluation-step.ts'
import { createModel, declareVariables, topologyOf, type Model } from '../models/index.ts'
import { Session, Owner } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { classWeightsOf } from '../training/class-weights.ts'
import { planTraining, type TrainPlan } from '../training/plan.ts'
import type { StateTensor } from '../training/state.ts'
import { buildTrainStep, type TrainStep } from '../training/train-step.ts'
import { declareTrainState, evaluatedVariables } from '../training/recipe-state.ts'
import { loadFirstWeights } from '../checkpoints/first-weights.ts'

/** A model, its data and its optimizer in one TensorFlow graph with its session. */
export interface TrainingSession {
  readonly plan: TrainPlan
  readonly devices: readonly string[]
  readonly tensors: readonly StateTensor[]
  readonly step: TrainStep
  /** The network, where it came from a file. */
  readonly topology?: unknown
  /** Begins the stream of training images after `step` steps: with the first weights, or those of a checkpoint. */
  start(step: number, prefix?: string): Promise<void>
  /** Has the validation images measured with the weights as they are. @param measure is given what yields the next batch */
  evaluate<R>(measure: (nextBatch: () => Promise<EvaluatedBatch>) => Promise<R>): Promise<R>
  save(prefix: string, step: number): Promise<void>
  dispose(): void
}

/** The model that a recipe describes, for a number of classes. */
export const modelOf = ({ model, data, run, precision }: Recipe, classes: number): Promise<Model> =>
  createModel({
    ...model,
    imageSize: data.imageSize,
    channels: data.channels,
    classes,
    seed: run.seed,
    quantization: precision.quantize,
  })

export const sessionThreads = ({ precision }: Recipe) => ({
  intraOpThreads: precision.intraOpThreads,
  interOpThreads: precision.interOpThreads,
})

/** A call that takes images of a pipeline: where one cannot be read any more, its error names it. */
export const explained =
  <A extends unknown[], R>(pipeline: Pipeline, call: (...args: A) => Promise<R>) =>
  (...args: A): Promise<R> =>
    call(...args).catch(async (error: unknown) => {
      throw await pipeline.explain(error)
    })

/** Builds the graph of a recipe over a dataset. The caller disposes it, and after it the cache of the training images, where there is one. */
export function openTrainingSession(recipe: Recipe, index: DatasetIndex, cache?: PixelCache): Promise<TrainingSession> {
  const owner = new Owner()
  return owner.whole(() => build(recipe, index, owner, cache))
}

async function build(recipe: Recipe, index: DatasetIndex, owner: Owner, cache?: PixelCache): Promise<TrainingSession> {
  const model = owner.own(await modelOf(recipe, index.classes.length))
  const g = owner.own(new GraphBuilder())
  const { training, validation, state, buildStep } = buildGraph(g, recipe, model, index, cache)
  const session = owner.own(new Session(g.graph, sessionThreads(recipe)))
  const planned = planTraining(recipe, training.stepsPerEpoch)
  const plan = validation ? planned : { ...planned, evaluateEvery: 0 }
  const { seed } = recipe.run
  return {
    plan,
    devices: session.devices().map(({ name }) => name),
    tensors: state.tensors,
    ...(recipe.model.file !== '' && { topology: topologyOf(model) }),
    step: explained(training, buildStep(session)),
    async start(step, prefix) {
      if (prefix === undefined && recipe.model.init !== '') await loadFirstWeights(model, recipe.model.init)
      await (prefix === undefined ? state.initialise(session, model) : state.restore(session, prefix))
      // The first weights are in the session's variables, or not needed.
      model.dispose()
      await training.start(session, step * plan.batchSize)
    },
    async evaluate(measure) {
      if (!validation) throw new DatasetError('There are no validation images: set data.validationShare above 0.')
      await validation.images.start(session, 0)
      const nextBatch = explained(validation.images, () => validation.evaluateBatch(session))
      return measure(nextBatch)
    },
    save: (prefix, step) => state.save(session, prefix, { step, position: step * plan.batchSize, seed }),
    dispose: () => owner.dispose(),
  }
}

/** Input, training and evaluation of a recipe, all in one graph: they share the weights. There is no evaluation without images to evaluate. */
function buildGraph(g: GraphBuilder, recipe: Recipe, model: Model, index: DatasetIndex, cache?: PixelCache) {
  const { data, augment, optimizer, run } = recipe
  const { root, classes, splits } = index
  const { batchSize, evaluationBatchSize } = data
  const stream = {
    root,
    classes: classes.length,
    seed: run.seed,
    accumulate: optimizer.accumulate,
    cache,
    data,
    augment,
  }
  const training = trainingPipeline(g, splits.train, { ...stream, batchSize })
  const variables = declareVariables(g, model)
  const state = declareTrainState(g, variables, recipe)
  const classWeights = classWeightsOf(recipe.loss, splits.train.labels, classes)
  const buildStep = buildTrainStep(g, { model, variables, state, ...training, recipe, classWeights })
  const evaluated = evaluatedVariables(recipe, variables, state)
  if (splits.val.count === 0) return { training, state, buildStep }
  const images = evaluationPipeline(g, splits.val, { root, batchSize: evaluationBatchSize, data })
  const logits = keepsValidationLogits(splits.val.count, classes.length)
  const evaluateBatch = buildEvaluationStep(g, { model, variables: evaluated, ...images, recipe }, { logits })
  return { training, validation: { images, evaluateBatch }, state, buildStep }
}
