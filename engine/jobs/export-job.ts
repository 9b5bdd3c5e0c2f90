import { runFiles } from '../../shared/run-folder/files.ts'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportReport, ExportRequest } from '../../shared/contract/trainer.ts'
import { StorageError } from '../../shared/errors.ts'
import { makeFolder, storing, writeJson } from '../../storage/files.ts'
import { writeFileWhole } from '../../storage/write-file.ts'
import { writeFolderWhole } from '../../storage/write-folder.ts'
import { buildServedNetwork } from '../evaluation/served-network.ts'
import { declareConstants, readVariable } from '../models/index.ts'
import { Graph, Session, Tensor, tensorFlowVersion, type Output, Owner } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { savedModel, SERVING } from '../tensorflow/graph/saved-model.ts'
import { openRun, restoreNetwork, type OpenedRun } from './open-checkpoint.ts'

/** Images that the exported network and the checkpoint's are compared on. */
const PROBES = 8

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
  if (existsSync(folder) && storing(folder, () => readdirSync(folder).length > 0))
    throw new StorageError(`${folder} is there already; name another folder, or delete it.`)
}

/** @returns the largest difference of a probability between what was written and the checkpoint */
async function writeNetwork(folder: string, opened: OpenedRun): Promise<number> {
  using owner = new Owner()
  const { model, built, session } = await restoreNetwork(owner, opened, (g, parts) => ({
    served: buildServedNetwork(g, parts),
    reads: [...parts.variables.values()].map((variable) => readVariable(g, variable)),
  }))
  const { images, probabilities } = { ...built.served.inputs, ...built.served.outputs } as Record<
    'images' | 'probabilities',
    Output
  >
  const expected = await answer(session, images, probabilities, opened)
  const values = await session.run({ fetches: built.reads })
  using g = new GraphBuilder()
  const variables = declareConstants(g, model, new Map(model.variables.map(({ name }, i) => [name, values[i]!])))
  const signature = buildServedNetwork(g, { model, variables, recipe: opened.recipe })
  const content = savedModel(g, signature, tensorFlowVersion())
  storing(folder, () => writeFileWhole(join(folder, 'saved_model.pb'), content))
  const answers = await answerOfSaved(folder, opened)
  return answers.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)
}

async function answerOfSaved(folder: string, opened: OpenedRun): Promise<Float32Array> {
  using graph = new Graph()
  using session = Session.load(folder, SERVING.tag, graph)
  const operations = graph.operations()
  const find = (name: string): Output => ({
    oper: operations.find((operation) => operation.name === name)!.pointer,
    index: 0,
  })
  return await answer(session, find('images'), find('probabilities'), opened)
}

/** Of images of smooth stripes, each with others. */
async function answer(
  session: Session,
  images: Output,
  probabilities: Output,
  { recipe: { data } }: OpenedRun,
): Promise<Float32Array> {
  const size = data.evaluationSize || data.imageSize
  const pixels = Uint8Array.from(
    { length: PROBES * size * size * data.channels },
    (_, i) => 127.5 + 127.5 * Math.sin(i / (3 + Math.floor(i / (size * size * data.channels)))),
  )
  using fed = Tensor.from('uint8', [PROBES, size, size, data.channels], pixels)
  const [fetched] = await session.run({ feeds: [[images, fed]], fetches: [probabilities] })
  using tensor = fetched!
  return tensor.data<'float32'>()
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
    architecture: model.architecture,
    input: { name: 'images', dtype: 'uint8', shape: [null, size, size, data.channels] },
    outputs: ['logits', 'probabilities'],
    resize: data.evaluationResize,
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
