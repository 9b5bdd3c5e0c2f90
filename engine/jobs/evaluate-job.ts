import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sync as writeFileAtomicSync } from 'write-file-atomic'
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
import { storing } from '../run-folder/files.ts'
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
    ...means,
    seconds,
    imagesPerSecond: result.images / seconds,
    classes: index.classes.map((name, label) => ({ name, ...classes[label]! })),
  }
  writeReport(request.runFolder, evaluation)
  return evaluation
}

const readJson = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))

function checkClasses(found: readonly string[], trained: readonly string[]): void {
  if (found.join('\n') === trained.join('\n')) return
  throw new CheckpointError(`The network was trained on the classes ${trained.join(', ')}; the dataset has ${found.join(', ')}: name a dataset with the same classes.`)
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

function writeReport(runFolder: string, evaluation: EvaluationReport): void {
  const folder = join(runFolder, 'evaluation')
  storing(folder, () => {
    mkdirSync(folder, { recursive: true })
    writeFileAtomicSync(join(folder, `${evaluation.checkpoint}-${evaluation.split}.json`), JSON.stringify(evaluation, null, 2) + '\n')
  })
}
