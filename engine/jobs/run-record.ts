import { runFiles } from '../../shared/run-folder/files.ts'
import { basename, join } from 'node:path'
import type { TrainRequest } from '../../shared/contract/trainer.ts'
import { CheckpointError, RunError } from '../../shared/errors.ts'
import { networkName } from '../../shared/recipe/network-name.ts'
import { scheduleLength } from '../../shared/recipe/schedule.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { RunPlan, RunRecord } from '../../shared/run-folder/record.ts'
import { thisHolder } from '../../storage/holder.ts'
import type { DatasetIndex } from '../dataset/index.ts'
import { checkBelongs, readRunFacts } from '../run-folder/verify-run.ts'
import { contentOf } from './same-images.ts'
import { switchesInEffect } from './machine.ts'
import {
  findCheckpoint,
  hasNoCheckpoint,
  verifyCheckpoint,
  type SavedCheckpoint,
} from '../checkpoints/checkpoint-folder.ts'
import { loadedLibrary, tensorFlowVersion } from '../tensorflow/c-api/index.ts'
import type { CheckpointManifest } from '../../shared/run-folder/manifest.ts'
import type { TrainPlan } from '../training/plan.ts'
import { isDue, isEpochEnd } from '../training/train.ts'
import type { TrainingSession } from './training-session.ts'

/** Where a run goes on: its record as it is, and its checkpoint; without one, at its first step. */
export interface Earlier {
  readonly record: RunRecord
  /** As it lies in the folder; what is asked for may be longer. */
  readonly recipe: Recipe
  readonly checkpoint: SavedCheckpoint | undefined
}

/** What a request resumes, with its checkpoint verified. Throws `CheckpointError` or `RunError`. */
export async function earlierOf({ resume, runFolder }: TrainRequest): Promise<Earlier | undefined> {
  if (!resume) return undefined
  const root = join(runFolder, runFiles.checkpoints)
  const facts = readRunFacts(runFolder)
  // Its trainer died before it saved one.
  if (resume.checkpoint === undefined && facts.record.step === 0 && hasNoCheckpoint(root))
    return { checkpoint: undefined, ...facts }
  const checkpoint = findCheckpoint(root, resume.checkpoint ?? 'last')
  await verifyCheckpoint(checkpoint)
  checkBelongs(checkpoint.name, checkpoint.manifest, facts)
  return { checkpoint, ...facts }
}

/** The record of a run that starts, or starts again. */
export function recordOf(
  { runFolder, recipe, dataset }: TrainRequest,
  index: DatasetIndex,
  session: TrainingSession,
  earlier?: Earlier,
): RunRecord {
  const now = new Date().toISOString()
  return {
    format: 1,
    id: basename(runFolder),
    name: recipe.run.name || `${networkName(recipe.model)} ${dataset.name}`,
    created: now,
    ...(earlier && keptOf(earlier)),
    status: 'running',
    started: now,
    trainer: thisHolder(runFolder),
    dataset: { ...dataset, ...contentOf(index) },
    tensorFlow: tensorFlowVersion(),
    build: loadedLibrary().build,
    devices: session.devices,
    environment: switchesInEffect(),
    plan: planOf(session, index.classes.length),
    ...placeOf(earlier?.checkpoint),
  }
}

/** What a run keeps of its record when it starts again. */
const keptOf = ({ checkpoint, record: { name, created, summary, extendedAt } }: Earlier) => ({
  name,
  created,
  ...(extendedAt !== undefined && { extendedAt }),
  ...(checkpoint && summary && { summary }),
})

const placeOf = (checkpoint: SavedCheckpoint | undefined) => ({
  step: checkpoint?.manifest.step ?? 0,
  epoch: checkpoint?.manifest.epoch ?? 0,
})

const planOf = (
  { plan: { totalSteps, stepsPerEpoch, epochs, batchSize } }: TrainingSession,
  classes: number,
): RunPlan => ({
  totalSteps,
  stepsPerEpoch,
  epochs,
  imagesPerStep: batchSize,
  classes,
})

/** A checkpoint of another network must not be read into this one. */
export function checkFits(
  { tensors, plan }: TrainingSession,
  { name, manifest }: SavedCheckpoint,
  { run, schedule }: Recipe,
): void {
  const { step, position, seed } = manifest
  if (seed !== run.seed || position !== step * plan.batchSize)
    throw new RunError(
      `The ${runFiles.recipe} of the run was changed since ${name} (its seed or batch size); restore it, or start a new run with the changed recipe.`,
    )
  const saved = new Map(manifest.tensors.map(({ name, shape }) => [name, shape.join()]))
  const other = tensors.find(({ name, shape }) => saved.get(name) !== shape.join())
  if (other)
    throw new CheckpointError(
      `${name} has no "${other.name}" of shape [${other.shape.join()}]: it belongs to another network or dataset; resume with the recipe and dataset it was made with.`,
    )
  if (step >= plan.totalSteps && isEvaluated(plan, manifest))
    throw new RunError(
      `The run has already done its ${plan.totalSteps} steps; to train it further, name more: --set schedule.${scheduleLength(schedule).unit}s=N.`,
    )
}

/** Whether nothing of an evaluation that was due after a checkpoint's steps is left to do: a stop may have cut it short. */
export const isEvaluated = (plan: TrainPlan, { step, metrics }: CheckpointManifest): boolean =>
  step === 0 || !isEpochEnd(plan, step) || !isDue(plan, step, plan.evaluateEvery) || metrics !== undefined
