import { copyFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isMetricsRecord, type MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { makeFolder, readText } from '../../storage/files.ts'
import { parseJsonLines } from '../../storage/json-lines.ts'
import { makeImageFolder, nameOf } from '../input-folders.ts'
import { measure as measureReader, readerNames, readersOf } from '../input.ts'
import { FP16, recipeOf, rows, withWorkbench, type Lab } from './anneal.ts'
import type { Figures, Job } from './job.ts'

const SIZE = { width: 500, height: 400 }
/** Pictures that differ; the files are copies of them, since what is measured is decoding. */
const PICTURES = 32
/** Files at most: they take 60 KB each. */
const MOST_FILES = 4096

/** JPEGs of 500x400: read by the input pipeline alone, by torchvision where a Python is named, and in a short training. */
export function fromFilesJobs(lab: Lab, folder: string, python?: string): Job[] {
  const root = join(folder, nameOf(SIZE))
  let made: Promise<void> | undefined
  const withFiles = async (work: () => Promise<Figures>) => {
    made ??= makeFiles(root, lab.sizes.batch * lab.sizes.steps)
    await made
    return work()
  }
  const names = [readerNames.files, ...(python === undefined ? [] : [readerNames.torchvision])]
  const readers = names.map((reader): Job => ({
    name: `${reader}, 500x400 to 224 px, input alone`,
    ...(reader === readerNames.files
      ? { besides: rows.fp16 }
      : { besides: `${readerNames.files}, 500x400 to 224 px, input alone`, contender: true }),
    once: true,
    measure: (signal) => withFiles(() => inputAlone(reader, { root, python, seconds: lab.sizes.seconds, signal })),
  }))
  return [
    ...readers,
    {
      name: 'Anneal, fp16, training from those files',
      besides: rows.fp16,
      once: true,
      measure: (signal) => withFiles(() => trainFromFiles(lab, root, signal)),
    },
  ]
}

async function makeFiles(root: string, wanted: number): Promise<void> {
  await makeImageFolder(root, SIZE, PICTURES, Math.min(wanted, MOST_FILES))
  // Training takes two classes.
  for (const split of ['train', 'val']) {
    makeFolder(join(root, split, 'b'))
    copyFileSync(join(root, split, 'a/0.jpg'), join(root, split, 'b/0.jpg'))
  }
}

interface Reading {
  readonly root: string
  readonly python: string | undefined
  readonly seconds: number
  readonly signal: AbortSignal
}

async function inputAlone(name: string, { root, python, seconds, signal }: Reading): Promise<Figures> {
  const reader = readersOf(root, python).find((one) => one.name === name)!
  const cores = availableParallelism()
  const { imagesPerSecond } = await measureReader(reader, root, { cores, seconds, signal })
  return { imagesPerSecond, told: [`${cores} cores`] }
}

/** A real run, as `anneal train` has them: files, augmentation and all. */
async function trainFromFiles(lab: Lab, root: string, signal: AbortSignal): Promise<Figures> {
  const { batch, steps, warmup } = lab.sizes
  const settings = [
    ...[FP16, `data.dataset=${root}`, `schedule.steps=${warmup + steps}`, 'run.logEvery=1', 'run.evaluateEvery=0'],
    `run.checkpointEvery=${warmup + steps}`,
  ]
  const { result, ...rest } = await withWorkbench(lab, { signal }, (workbench) => {
    const run = workbench.train(recipeOf(lab.sizes, settings), () => undefined)
    return run.then(async ({ outcome, folder }) => (await outcome, recordsOf(folder)))
  })
  const [first, ...timed] = result.slice(warmup - 1)
  const last = timed.at(-1)
  if (!first || !last) throw new Error(`the run has the metrics of ${result.length} steps only`)
  const seconds = last.wall - first.wall
  const waited = timed.reduce((sum, { values }) => sum + (values.dataWait ?? 0), 0)
  return {
    imagesPerSecond: (timed.length * batch) / seconds,
    batch,
    dataWait: Math.min(1, waited / seconds),
    ...rest,
  }
}

/** Those of training, one a step. */
function recordsOf(run: string): MetricsRecord[] {
  const { records } = parseJsonLines(readText(join(run, runFiles.metrics)) ?? '', isMetricsRecord)
  return records.filter(({ split }) => split === 'train')
}
