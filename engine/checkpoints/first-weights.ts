import { basename, dirname } from 'node:path'
import { restoreWeights, type Model } from '../models/index.ts'
import { findCheckpoint, verifyCheckpoint } from './checkpoint-folder.ts'

/**
 * Gives a model the weights of the checkpoint that `model.init` names: a folder, whose last part may be `best` or `last`.
 * Throws `CheckpointError` where it is missing, damaged or of another network.
 */
export async function loadFirstWeights(model: Model, init: string): Promise<void> {
  const checkpoint = findCheckpoint(dirname(init), basename(init))
  await verifyCheckpoint(checkpoint)
  restoreWeights(model, { name: checkpoint.name, prefix: checkpoint.prefix, tensors: checkpoint.manifest.tensors })
}
