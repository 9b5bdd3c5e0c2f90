// Our own training step: the model lowered to one graph, with its gradients and its update.
import { createModel, declareVariables } from '../../engine/models/index.ts'
import { Session } from '../../engine/tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../engine/tensorflow/graph/builder.ts'
import { buildTrainStep } from '../../engine/training/train-step.ts'
import { declareTrainState } from '../../engine/training/recipe-state.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { timeSteps, workloadOf } from './report.ts'

const CLASSES = 1000
const { batch, size, steps } = workloadOf(process.argv)
const recipe = parseRecipe({ data: { batchSize: batch, imageSize: size, evaluationResize: size } })
const model = await createModel({ ...recipe.model, imageSize: size, channels: 3, classes: CLASSES, seed: 1 })
const g = new GraphBuilder()
const variables = declareVariables(g, model)
const state = declareTrainState(g, variables, recipe)
const values = Uint8Array.from({ length: batch * size * size * 3 }, (_, i) => (i * 7919) % 256)
const images = g.op('Identity', [g.constant([...values], 'uint8', [batch, size, size, 3])])
const labels = g.constant(
  Array.from({ length: batch }, (_, i) => i),
  'int32',
  [batch],
)
const dataWait = g.constant(0, 'float64')
const build = buildTrainStep(g, { model, variables, state, images, labels, dataWait, recipe })
const session = new Session(g.graph)
await state.initialise(session, model)
model.dispose()
const step = build(session)

let done = 0
await timeSteps(() => step(0.001, done++), batch, steps)
