import type { Recipe } from '../../shared/recipe/schema.ts'
import { evaluationPipeline, trainingPipeline, type DatasetIndex, type Pipeline } from '../data/index.ts'
import { evaluate, type EvaluationResult } from '../evaluation/evaluate.ts'
import { buildEvaluationStep } from '../evaluation/evaluation-step.ts'
import { createModel, declareVariables, type Model } from '../models/index.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { classWeightsOf } from '../training/class-weights.ts'
import { planTraining, type TrainingPlan } from '../training/plan.ts'
import { declareState, type StateTensor } from '../training/state.ts'
import { buildTrainStep, type TrainStep } from '../training/train-step.ts'

type OnImages = (done: number, total: number) => void

/** A model, its data and its optimizer in one TensorFlow graph with its session. */
export interface TrainingSession {
  readonly plan: TrainingPlan
  readonly devices: readonly string[]
  readonly tensors: readonly StateTensor[]
  readonly step: TrainStep
  /** Begins the stream of training images after `step` steps: with the first weights, or those of a checkpoint. */
  start(step: number, prefix?: string): Promise<void>
  evaluate(onImages: OnImages): Promise<EvaluationResult>
  save(prefix: string, step: number): Promise<void>
  dispose(): void
}

/** The model that a recipe describes, for a number of classes. */
export const modelOf = ({ model, data, run }: Recipe, classes: number): Promise<Model> =>
  createModel({ ...model, imageSize: data.imageSize, channels: data.channels, classes, seed: run.seed })

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

/** Builds the graph of a recipe over a dataset. The caller disposes it. */
export async function openTrainingSession(recipe: Recipe, index: DatasetIndex): Promise<TrainingSession> {
  const { data, augment, run } = recipe
  const model = await modelOf(recipe, index.classes.length)
  const g = new GraphBuilder()
  const training = trainingPipeline(g, index.splits.train, { root: index.root, seed: run.seed, batchSize: data.batchSize, data, augment })
  const validation = evaluationPipeline(g, index.splits.val, { root: index.root, batchSize: data.evaluationBatchSize, data })
  const variables = declareVariables(g, model)
  const state = declareState(g, variables, { optimizer: true })
  const buildStep = buildTrainStep(g, { model, variables, velocities: state.velocities, ...training, recipe, classWeights: classWeightsOf(recipe.loss, index.splits.train.labels, index.classes) })
  const evaluateBatch = buildEvaluationStep(g, { model, variables, ...validation, data })
  const session = new Session(g.graph, sessionThreads(recipe))
  const images = index.splits.val.count

  return {
    plan: planTraining(recipe, training.stepsPerEpoch),
    devices: session.devices().map(({ name }) => name),
    tensors: state.tensors,
    step: explained(training, buildStep(session)),
    async start(step, prefix) {
      await (prefix === undefined ? state.initialise(session, model) : state.restore(session, prefix))
      // The first weights are in the session's variables, or not needed.
      model.dispose()
      await training.start(session, step * data.batchSize)
    },
    async evaluate(onImages) {
      await validation.start(session, 0)
      return evaluate(explained(validation, () => evaluateBatch(session)), images, model.classes, (done) => onImages(done, images))
    },
    save: (prefix, step) => state.save(session, prefix, { step, position: step * data.batchSize, seed: run.seed }),
    dispose() {
      session.dispose()
      g.dispose()
      model.dispose()
    },
  }
}
