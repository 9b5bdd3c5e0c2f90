// Our inference and our evaluation of the same batches, which are in memory already, in turn in one process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SplitIndex } from '../../engine/dataset/index.ts'
import { TextColumn } from '../../engine/dataset/image-index/text-column.ts'
import { buildEvaluationStep, fetchBatch } from '../../engine/evaluation/evaluation-step.ts'
import { foldedNetwork } from '../../engine/evaluation/folding.ts'
import { buildLogits } from '../../engine/evaluation/logits.ts'
import { keepEvaluation } from '../../engine/jobs/keep-evaluation.ts'
import { measureBatches } from '../../engine/jobs/measure-images.ts'
import { createModel, declareVariables } from '../../engine/models/index.ts'
import { syntheticImages } from '../../engine/pipeline/index.ts'
import { Session } from '../../engine/tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../engine/tensorflow/graph/builder.ts'
import { declareState } from '../../engine/training/state.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { timeInTurn, workloadOf } from './report.ts'

const classes = Array.from({ length: 1000 }, (_, i) => `class ${i}`)
const { batch, size, steps } = workloadOf(process.argv)
const recipe = parseRecipe({ data: { imageSize: size, evaluationResize: size } })
const model = await createModel({ ...recipe.model, imageSize: size, channels: 3, classes: classes.length, seed: 1 })
const g = new GraphBuilder()
const variables = declareVariables(g, model)
const state = declareState(g, variables, [])
const batches = syntheticImages(g, {
  ...{ batchSize: batch, size, channels: 3, classes: classes.length, seed: 1 },
})
const session = new Session(g.graph)
await state.initialise(session, model)
await batches.start(session)
const folding = await foldedNetwork(g, session, { model, variables, recipe })
const parts = { model, variables, images: batches.images, recipe, folded: folding!.folded! }
const evaluateBatch = buildEvaluationStep(g, { ...parts, labels: batches.labels }, { logits: true, features: true })
const bare = { folded: buildLogits(g, parts), plain: buildLogits(g, { ...parts, folded: undefined }) }
model.dispose()

const inference = (logits: typeof bare.plain) => async () => {
  for (let step = 0; step < steps; step++) await fetchBatch(session, { logits })
}

const folder = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
const count = batch * steps
const zeros = new Int32Array(count)
const split: SplitIndex = {
  ...{ split: 'val', count, labels: zeros, heights: zeros, widths: zeros, kinds: zeros },
  paths: TextColumn.of(Array.from(zeros, (_, i) => `val/class/image-${i}.jpg`)),
  bytes: new Float64Array(count),
  mtimes: new Float64Array(count),
}

const evaluation = () =>
  keepEvaluation(join(folder, 'evaluation'), { classes, split, logits: true }, async (keep) => {
    const next = () => evaluateBatch(session)
    const { notes, ...figures } = await measureBatches(next, { images: split, classes, keep }, () => {})
    return { checkpoint: 'none', step: 0, split: 'val', dataset: '', ...figures, notes }
  })

await timeInTurn({ inference: inference(bare.folded), evaluation, plain: inference(bare.plain) }, count)
rmSync(folder, { recursive: true })
process.exit()
