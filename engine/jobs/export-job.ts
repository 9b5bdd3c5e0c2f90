import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportReport, ExportRequest } from '../../shared/contract/trainer.ts'
import { networkName } from '../../shared/recipe/network-name.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { makeFolder, storing, writeJson } from '../../storage/files.ts'
import { writeFileWhole } from '../../storage/write-file.ts'
import { isTaken, writeFolderWhole } from '../../storage/write-folder.ts'
import { answerOf, answerOfSaved } from '../export/probe.ts'
import { buildServedNetwork } from '../export/served-network.ts'
import { writeSavedModel } from '../export/write-saved-model.ts'
import { readVariable } from '../models/index.ts'
import { Owner } from '../tensorflow/c-api/index.ts'
import { openRun, restoreNetwork, type OpenedRun } from './open-checkpoint.ts'

/** Writes the network of a checkpoint as a SavedModel, loads it again, and tells how far its answers are from the checkpoint's. Throws `StorageError`. */
export async function exportRun(request: ExportRequest): Promise<ExportReport> {
  const { folder } = request
  checkFree(folder)
  const opened = await openRun(request)
  return writeFolderWhole(folder, async (aside) => {
    const difference = await writeNetwork(aside, opened)
    const report = describe(folder, opened, difference)
    writeExtras(join(aside, 'assets.extra'), opened, report)
    return report
  })
}

/** Before all the work; what comes there meanwhile is not written over either. */
function checkFree(folder: string): void {
  if (existsSync(folder) && storing(folder, () => readdirSync(folder).length > 0)) throw isTaken(folder)
}

/** @returns the largest difference of a probability between what was written and the checkpoint */
async function writeNetwork(folder: string, opened: OpenedRun): Promise<number> {
  using owner = new Owner()
  const { recipe } = opened
  const { model, built, session } = await restoreNetwork(owner, opened, (g, parts) => ({
    served: buildServedNetwork(g, parts),
    reads: [...parts.variables.values()].map((variable) => readVariable(g, variable)),
  }))
  const expected = await answerOf(session, built.served, recipe)
  writeSavedModel(folder, { model, recipe, values: await session.run({ fetches: built.reads }) })
  const answers = await answerOfSaved(folder, recipe)
  return answers.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)
}

function describe(
  folder: string,
  { checkpoint, run, recipe: { data, model, precision } }: OpenedRun,
  difference: number,
): ExportReport {
  const size = data.evaluationSize || data.imageSize
  return {
    folder,
    format: 'saved-model',
    checkpoint: checkpoint.name,
    step: checkpoint.manifest.step,
    architecture: networkName(model),
    input: { name: 'images', dtype: 'uint8', shape: [null, size, size, data.channels] },
    outputs: ['logits', 'probabilities'],
    resize: data.evaluationResize,
    resample: data.resample,
    quantize: precision.quantize,
    classes: run.dataset.classes.length,
    difference,
  }
}

/** TensorFlow leaves this folder of a model to whoever made it. */
function writeExtras(folder: string, { run, recipe }: OpenedRun, report: ExportReport): void {
  makeFolder(folder)
  storing(folder, () =>
    writeFileWhole(join(folder, 'classes.txt'), run.dataset.classes.map((name) => `${name}\n`).join('')),
  )
  writeJson(join(folder, runFiles.recipe), recipe)
  writeJson(join(folder, 'export.json'), report)
}
