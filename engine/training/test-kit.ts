import type { PartialRecipe, Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { declareVariables, fromLayers, type Model, type Variables } from '../models/index.ts'
import { Session, type Tensor } from '../tensorflow/c-api/index.ts'
import { GraphBuilder, type Operation, type Output } from '../tensorflow/graph/builder.ts'
import { useTensorFlowBackend } from '../tensorflow/tfjs-backend/index.ts'
import { buildTrainStep, type TrainStep, type TrainStepParts } from './train-step.ts'
import { declareTrainState } from './recipe-state.ts'
import type { TrainState } from './state.ts'

const SIDE = 6
const BATCH = 4

/** Grey images of two classes, bright above or below; another brightness in each. */
const pixelsOf = (batch: number) =>
  Array.from({ length: BATCH * SIDE * SIDE }, (_, i) => {
    const image = Math.floor(i / (SIDE * SIDE))
    const isUpper = i % (SIDE * SIDE) < (SIDE * SIDE) / 2
    return (isUpper === (image % 2 === 0) ? 200 : 50) + ((image * 31 + batch * 17 + i * 7) % 50)
  })

export interface TinyTraining {
  readonly g: GraphBuilder
  readonly session: Session
  readonly state: TrainState
  readonly step: TrainStep
  /** A copy of every tensor of the state, by name; with the temporary ones not. */
  readonly values: () => Promise<Map<string, Float32Array | BigInt64Array>>
  /** Gives variables other values. */
  readonly assign: (values: ReadonlyMap<string, readonly number[]>) => Promise<void>
  dispose(): void
}

export interface TinyOptions {
  readonly recipe?: PartialRecipe
  readonly batchNorm?: boolean
  readonly parts?: (g: GraphBuilder) => Partial<TrainStepParts>
}

/** A convolution, batch norm and a dense layer on four images of 6 px, trained by a recipe: the real graph of a step. */
export async function tinyTraining({
  recipe: changes = {},
  batchNorm = true,
  parts,
}: TinyOptions = {}): Promise<TinyTraining> {
  const recipe: Recipe = parseRecipe({
    ...changes,
    data: { imageSize: SIDE, evaluationResize: SIDE, channels: 1, mean: [128], std: [64], batchSize: BATCH },
  })
  const model = await tinyModel(batchNorm)
  const g = new GraphBuilder()
  const { variables, state, build } = buildTinyStep(g, model, recipe, parts)
  const reads = readsOf(g, state, variables)
  const session = new Session(g.graph)
  await state.initialise(session, model)
  model.dispose()
  return {
    g,
    session,
    state,
    step: build(session),
    async values() {
      const tensors = await session.run({ fetches: [...reads.values()] })
      return new Map([...reads.keys()].map((name, i) => [name, copyOf(tensors[i]!)]))
    },
    async assign(values) {
      await session.run({ targets: assignmentsOf(g, state, variables, values) })
    },
    dispose() {
      session.dispose()
      g.dispose()
    },
  }
}

async function tinyModel(batchNorm: boolean) {
  const tf = await useTensorFlowBackend()
  const image = tf.input({ shape: [SIDE, SIDE, 1] })
  const drawn = (seed: number) => tf.initializers.randomNormal({ stddev: 0.5, seed })
  const convolved = tf.layers
    .conv2d({ name: 'conv', filters: 3, kernelSize: 3, useBias: false, kernelInitializer: drawn(1) })
    .apply(image)
  const normed = batchNorm ? tf.layers.batchNormalization({ name: 'bn' }).apply(convolved) : convolved
  const flat = tf.layers.flatten({ name: 'flat' }).apply(tf.layers.reLU({ name: 'relu' }).apply(normed))
  const logits = tf.layers.dense({ name: 'dense', units: 2, kernelInitializer: drawn(2) }).apply(flat)
  return fromLayers(tf.model({ inputs: image, outputs: logits as typeof image }))
}

/** The step on one batch that never changes. */
function buildTinyStep(g: GraphBuilder, model: Model, recipe: Recipe, parts: TinyOptions['parts']) {
  const variables = declareVariables(g, model)
  const state = declareTrainState(g, variables, recipe)
  const images = g.constant(pixelsOf(0), 'uint8', [BATCH, SIDE, SIDE, 1])
  const labels = g.constant([0, 1, 0, 1], 'int32')
  const build = buildTrainStep(g, {
    model,
    variables,
    state,
    images,
    labels,
    dataWait: g.constant(0, 'float64'),
    recipe,
    ...parts?.(g),
  })
  return { variables, state, build }
}

const handleOf = (name: string, state: TrainState, variables: Variables): Output =>
  variables.get(name)?.handle ?? state.handle(name)

function assignmentsOf(
  g: GraphBuilder,
  state: TrainState,
  variables: Variables,
  values: ReadonlyMap<string, readonly number[]>,
): Operation[] {
  return state.tensors
    .filter(({ name }) => values.has(name))
    .map(({ name, shape }) => {
      const value = g.constant([...values.get(name)!], 'float32', shape)
      return g.operation('AssignVariableOp', [handleOf(name, state, variables), value], { dtype: 'float32' })
    })
}

function readsOf(g: GraphBuilder, state: TrainState, variables: Variables): Map<string, Output> {
  const counters = new Set(['step', 'position', 'seed'])
  const stored = state.tensors.filter(({ name }) => !counters.has(name))
  return new Map(
    stored.map(({ name, dtype }) => [name, g.op('ReadVariableOp', [handleOf(name, state, variables)], { dtype })]),
  )
}

function copyOf(fetched: Tensor): Float32Array | BigInt64Array {
  using tensor = fetched
  return tensor.data<'float32'>()
}
