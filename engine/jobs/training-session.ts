import type { Recipe } from '../../shared/recipe/schema.ts'
import {
  evaluationPipeline,
  trainingPipeline,
  type DatasetIndex,
  type Pipeline,
  type PixelCache,
} from '../data/index.ts'
import { evaluate, type EvaluationResult } from '../evaluation/evaluate.ts'
import { buildEvaluationStep } from '../evaluation/evaluation-step.ts'
import { createModel, declareVariables, topologyOf, type Model } from '../models/index.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { classWeightsOf } from '../training/class-weights.ts'
import { planTraining, type TrainingPlan } from '../training/plan.ts'
import type { StateTensor } from '../training/state.ts'
import { buildTrainStep, type TrainStep } from '../training/train-step.ts'
import { declareTrainingState, evaluatedVariables } from '../training/training-state.ts'
import { loadFirstWeights } from './first-weights.ts'
import { Owner } from './owner.ts'

type OnImages = (done: number, total: number) => void

/** A model, its data and its optimizer in one TensorFlow graph with its session. */
export interface TrainingSession {
  readonly plan: TrainingPlan
  readonly devices: readonly string[]
  readonly tensors: readonly StateTensor[]
  readonly step: TrainStep
  /** The network, where it came from a file. */
  readonly topology?: unknown
  /** Begins the stream of training images after `step` steps: with the first weights, or those of a checkpoint. */
  start(step: number, prefix?: string): Promise<void>
  evaluate(onImages: OnImages): Promise<EvaluationResult>
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
  const { data, augment, run } = recipe
  const model = owner.own(await modelOf(recipe, index.classes.length))
  const g = owner.own(new GraphBuilder())
  const training = trainingPipeline(g, index.splits.train, {
    root: index.root,
    classes: index.classes.length,
    seed: run.seed,
    batchSize: data.batchSize,
    accumulate: recipe.optimizer.accumulate,
    cache,
    data,
    augment,
  })
  const validation = evaluationPipeline(g, index.splits.val, {
    root: index.root,
    batchSize: data.evaluationBatchSize,
    data,
  })
  const variables = declareVariables(g, model)
  const state = declareTrainingState(g, variables, recipe)
  const classWeights = classWeightsOf(recipe.loss, index.splits.train.labels, index.classes)
  const buildStep = buildTrainStep(g, { model, variables, state, ...training, recipe, classWeights })
  const evaluateBatch = buildEvaluationStep(g, {
    model,
    variables: evaluatedVariables(recipe, variables, state),
    ...validation,
    recipe,
  })
  const session = owner.own(new Session(g.graph, sessionThreads(recipe)))
  const plan = planTraining(recipe, training.stepsPerEpoch)
  const images = index.splits.val.count

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
    async evaluate(onImages) {
      await validation.start(session, 0)
      return evaluate(
        explained(validation, () => evaluateBatch(session)),
        images,
        model.classes,
        (done) => onImages(done, images),
      )
    },
    save: (prefix, step) => state.save(session, prefix, { step, position: step * plan.batchSize, seed: run.seed }),
    dispose: () => owner.dispose(),
  }
}
