import { runFiles } from '../../shared/run-folder/files.ts'
import { join } from 'node:path'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { evaluationPipeline } from '../pipeline/index.ts'
import type { SplitImages } from '../dataset/index.ts'
import type { EvaluationParts } from '../evaluation/evaluation-step.ts'
import { foldedNetwork, type Folding } from '../evaluation/folding.ts'
import { declareVariables, type Model } from '../models/index.ts'
import { findCheckpoint, verifyCheckpoint, type SavedCheckpoint } from '../checkpoints/checkpoint-folder.ts'
import { Session, type Owner, type SessionOptions } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { buildRestoreWeights } from '../training/state.ts'
import { averages } from '../training/recipe-state.ts'
import { withOwnCorrections } from '../run-folder/own-corrections.ts'
import { withOwnModel } from '../run-folder/own-model.ts'
import { checkBelongs, readRunFacts } from '../run-folder/verify-run.ts'
import { explained, modelOf, sessionThreads } from './training-session.ts'

/** A checkpoint, with the run that it belongs to. */
export interface OpenedRun {
  readonly checkpoint: SavedCheckpoint
  readonly run: RunRecord
  readonly recipe: Recipe
}

/** @param checkpoint `best`, `last` or the name of a checkpoint folder. Throws `CheckpointError` or `RunError`. */
export async function openRun({
  runFolder,
  checkpoint: name,
}: {
  runFolder: string
  checkpoint: string
}): Promise<OpenedRun> {
  const checkpoint = findCheckpoint(join(runFolder, runFiles.checkpoints), name)
  await verifyCheckpoint(checkpoint)
  const facts = readRunFacts(runFolder)
  checkBelongs(checkpoint.name, checkpoint.manifest, facts)
  const recipe = withOwnCorrections(withOwnModel(facts.recipe, runFolder), runFolder)
  return { checkpoint, run: facts.record, recipe }
}

export type NetworkParts = Omit<EvaluationParts, 'images' | 'labels'>

type BuildStep<R> = (g: GraphBuilder, parts: EvaluationParts) => (session: Session) => Promise<R>

/** A network over images. */
export interface RunningNetwork<R> {
  readonly nextBatch: () => Promise<R>
  /** What folding its batch norms changes; absent where that was not tried. */
  readonly folding?: Folding
}

/**
 * The network of a checkpoint, with the averaged weights where the run keeps them, over the images of a split as
 * evaluation sees them; its batch norms are folded into its convolutions where that changes next to nothing.
 */
export async function runCheckpoint<R>(
  owner: Owner,
  opened: OpenedRun,
  { root, split }: SplitImages,
  buildStep: BuildStep<R>,
): Promise<RunningNetwork<R>> {
  const { data } = opened.recipe
  const { built, session } = await restoreNetwork(owner, opened, (g, parts) => ({ g, parts }))
  const { g, parts } = built
  const folding = await foldedNetwork(g, session, parts)
  const pipeline = evaluationPipeline(g, split, { root, batchSize: data.evaluationBatchSize, data })
  const step = buildStep(g, { ...parts, ...pipeline, folded: folding?.folded })
  await pipeline.start(session, 0)
  return { nextBatch: explained(pipeline, () => step(session)), folding }
}

/**
 * The network of a checkpoint in a session, with the averaged weights where the run keeps them.
 * @param build adds to the graph what is to be done with it
 */
export async function restoreNetwork<R>(
  owner: Owner,
  { checkpoint, run, recipe }: OpenedRun,
  build: (g: GraphBuilder, parts: NetworkParts) => R,
  options: SessionOptions = {},
): Promise<{ model: Model; built: R; session: Session }> {
  const model = owner.own(await modelOf(recipe, run.dataset.classes.length))
  const g = owner.own(new GraphBuilder())
  const variables = declareVariables(g, model)
  const restore = buildRestoreWeights(g, variables, { averaged: averages(recipe.optimizer) })
  const built = build(g, { model, variables, recipe })
  const session = owner.own(new Session(g.graph, { ...sessionThreads(recipe), ...options }))
  await restore(session, checkpoint.prefix)
  return { model, built, session }
}
