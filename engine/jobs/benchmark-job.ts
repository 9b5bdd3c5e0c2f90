import type { BenchmarkReport, BenchmarkRequest } from '../../shared/contract/trainer.ts'
import { networkName } from '../../shared/recipe/network-name.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { mixBatch, mixes, syntheticImages } from '../pipeline/index.ts'
import { buildPredictionStep } from '../evaluation/prediction-step.ts'
import { declareVariables, type Model } from '../models/index.ts'
import { Session, tensorFlowVersion, Owner } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { declareState } from '../training/state.ts'
import { buildTrainStep, type TrainStepParts } from '../training/train-step.ts'
import { declareTrainState } from '../training/recipe-state.ts'
import { processorNotes, settleDevice } from './gpu.ts'
import { latencyOf } from './latency.ts'
import type { Report } from './report.ts'
import { modelOf, sessionThreads } from './training-session.ts'

/**
 * What is measured: the session with the weights in it, and a step.
 * @param step counts from 0
 */
interface Measured {
  readonly session: Session
  /** Images in a step, and their height and width. */
  readonly batchSize: number
  readonly imageSize: number
  readonly step: (step: number) => Promise<unknown>
}

/** Measures the steps of a recipe on one random batch, without any input pipeline. */
export async function benchmark(request: BenchmarkRequest, report: Report): Promise<BenchmarkReport> {
  const { kind, recipe, classes, steps, warmup } = request
  for (const message of processorNotes(settleDevice(recipe.run.device))) report({ phase: 'warning', message })
  report({ phase: 'preparing', message: `Building ${networkName(recipe.model)}` })
  using owner = new Owner()
  const model = owner.own(await modelOf(recipe, classes))
  const g = owner.own(new GraphBuilder())
  const { session, batchSize, imageSize, step } = await (kind === 'train' ? training : inference)(
    g,
    model,
    recipe,
    owner,
  )
  const seconds: number[] = []
  for (let i = 0; i < warmup + steps; i++) {
    const began = performance.now()
    await step(i)
    if (i >= warmup) seconds.push((performance.now() - began) / 1000)
    report({ phase: 'measuring', done: i + 1, total: warmup + steps })
  }
  const latency = latencyOf(seconds)
  return {
    kind,
    architecture: networkName(recipe.model),
    tensorFlow: tensorFlowVersion(),
    devices: session.devices().map(({ name }) => name),
    classes,
    imageSize,
    batchSize,
    steps,
    warmup,
    imagesPerSecond: batchSize / latency.mean,
    latency,
  }
}

/** A rate of 0 leaves the weights as they are, for the same work: random labels would drive them to infinity. */
const RATE = 0

async function training(g: GraphBuilder, model: Model, recipe: Recipe, owner: Owner): Promise<Measured> {
  const { data, augment, optimizer, run } = recipe
  const variables = declareVariables(g, model)
  const state = declareTrainState(g, variables, recipe)
  const batch = syntheticImages(g, {
    batchSize: data.batchSize,
    size: data.imageSize,
    channels: data.channels,
    classes: model.classes,
    seed: run.seed,
  })
  const mix: TrainStepParts['mix'] = (pixels, labels, step) =>
    mixBatch(g, pixels, labels, step, { augment, seed: run.seed, classes: model.classes })
  const buildStep = buildTrainStep(g, { model, variables, state, ...batch, recipe, ...(mixes(augment) && { mix }) })
  const session = owner.own(new Session(g.graph, sessionThreads(recipe)))
  await state.initialise(session, model)
  await batch.start(session)
  const step = buildStep(session)
  return {
    session,
    batchSize: data.batchSize * optimizer.accumulate,
    imageSize: data.imageSize,
    step: (i) => step(RATE, i),
  }
}

async function inference(g: GraphBuilder, model: Model, recipe: Recipe, owner: Owner): Promise<Measured> {
  const { data, run } = recipe
  const [batchSize, imageSize] = [data.evaluationBatchSize, data.evaluationSize || data.imageSize]
  const variables = declareVariables(g, model)
  const state = declareState(g, variables, [])
  const batch = syntheticImages(g, {
    batchSize,
    size: imageSize,
    channels: data.channels,
    classes: model.classes,
    seed: run.seed,
  })
  const predict = buildPredictionStep(g, { model, variables, images: batch.images, recipe })
  const session = owner.own(new Session(g.graph, sessionThreads(recipe)))
  await state.initialise(session, model)
  await batch.start(session)
  return { session, batchSize, imageSize, step: () => predict(session) }
}
