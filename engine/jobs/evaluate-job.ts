import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { EvaluateRequest, EvaluationReport } from '../../shared/contract/trainer.ts'
import { CheckpointError } from '../../shared/errors.ts'
import type { RunRecord } from '../../shared/run.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { evaluationPipeline, openIndex, type SplitIndex } from '../data/index.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { buildEvaluationStep } from '../evaluation/evaluation-step.ts'
import { declareVariables } from '../models/index.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { findCheckpoint, verifyCheckpoint, type SavedCheckpoint } from '../run-folder/checkpoint-folder.ts'
import { writeJson } from '../../storage/files.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { declareState } from '../training/state.ts'
import type { Report } from './train-job.ts'
import { explained, modelOf, sessionThreads } from './training-session.ts'

/** Evaluates a checkpoint of a run on a split, and keeps the report in the run's folder. */
export async function evaluateRun(request: EvaluateRequest, report: Report): Promise<EvaluationReport> {
  const checkpoint = findCheckpoint(join(request.runFolder, 'checkpoints'), request.checkpoint)
  await verifyCheckpoint(checkpoint)
  const run = readJson(request.runFolder, 'run.json') as RunRecord
  const recipe = parseRecipe(readJson(request.runFolder, 'recipe.json'))
  const root = request.datasetRoot ?? run.dataset.root
  const index = await openIndex(root, request.cacheFolder, (done, total) => report({ phase: 'checking', done, total }))
  checkClasses(index.classes, run.dataset.classes)
  const began = performance.now()
  const result = await evaluateCheckpoint(recipe, checkpoint, index.root, index.splits[request.split], index.classes.length, report)
  const seconds = (performance.now() - began) / 1000
  const { classes, ...means } = result
  const evaluation: EvaluationReport = {
    checkpoint: checkpoint.name,
    step: checkpoint.manifest.step,
    split: request.split,
    dataset: index.root,
    ...means,
    seconds,
    imagesPerSecond: result.images / seconds,
    classes: index.classes.map((name, label) => ({ name, ...classes[label]! })),
  }
  writeReport(request.runFolder, evaluation, run.dataset.root)
  return evaluation
}

const readJson = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))

function checkClasses(found: readonly string[], trained: readonly string[]): void {
  if (found.join('\n') === trained.join('\n')) return
  const other = Math.max(0, trained.findIndex((name, i) => name !== found[i]))
  throw new CheckpointError(
    `The network was trained on ${trained.length} classes and the dataset has ${found.length}; class ${other} is "${trained[other]}" there and "${found[other] ?? 'nothing'}" here: name a dataset with the same classes.`,
  )
}

async function evaluateCheckpoint(recipe: Recipe, checkpoint: SavedCheckpoint, root: string, split: SplitIndex, classes: number, report: Report) {
  const model = await modelOf(recipe, classes)
  using g = new GraphBuilder()
  try {
    const pipeline = evaluationPipeline(g, split, { root, batchSize: recipe.data.evaluationBatchSize, data: recipe.data })
    const variables = declareVariables(g, model)
    const state = declareState(g, variables, { optimizer: false })
    const evaluateBatch = buildEvaluationStep(g, { model, variables, ...pipeline, data: recipe.data })
    using session = new Session(g.graph, sessionThreads(recipe))
    await state.restore(session, checkpoint.prefix)
    await pipeline.start(session, 0)
    return await evaluate(explained(pipeline, () => evaluateBatch(session)), split.count, classes, (done) => report({ phase: 'evaluating', done, total: split.count }))
  } finally {
    model.dispose()
  }
}

/** Beside that of the run's own images, not in its place, stands that of other ones. */
function writeReport(runFolder: string, evaluation: EvaluationReport, ownRoot: string): void {
  const { checkpoint, split, dataset } = evaluation
  const other = dataset === ownRoot ? '' : `-${basename(dataset)}`
  writeJson(join(runFolder, 'evaluation', `${checkpoint}-${split}${other}.json`), evaluation)
}
