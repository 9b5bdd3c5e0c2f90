import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { evaluationReport, type EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { RunDetail } from '../../shared/contract/workbench.ts'
import { checkpointFiles, evaluationFiles, runFiles, stepOfCheckpoint } from '../../shared/run-folder/files.ts'
import { linesLeftOut } from '../../shared/run-folder/left-out.ts'
import { parseManifest, type CheckpointManifest } from '../../shared/run-folder/manifest.ts'
import { readSealed } from '../../storage/sealed-json.ts'
import { wholeFolders } from '../../storage/write-folder.ts'
import { isCutShort } from './cut-short.ts'
import { readEvents } from './run-events.ts'
import { readMetrics } from './read-metrics.ts'

type Checkpoint = RunDetail['checkpoints'][number]

/** What of a run's folder is damaged, and left out where the folder is shown: sentences. */
export async function leftOutOf(folder: string, isRunning: boolean): Promise<string[]> {
  const { leftOut } = await readMetrics(join(folder, runFiles.metrics), '')
  return [...leftOutBesideMetrics(folder, isRunning), ...sentenceOf(runFiles.metrics, leftOut ?? 0)]
}

/** The same without the metrics, which are large. */
export function leftOutBesideMetrics(folder: string, isRunning: boolean): string[] {
  const { leftOut } = readEvents(folder)
  const damaged = [
    ...checkpointsIn(folder)
      .filter((one) => !one.manifest)
      .map(({ manifestFile }) => manifestFile),
    ...[...evaluationsIn(folder), ...validationIn(folder)].filter(({ report }) => !report).map(({ file }) => file),
  ]
  return [
    ...sentenceOf(runFiles.events, leftOut),
    ...(isRunning ? [] : cutShortIn(folder)),
    ...damaged.map((file) => `${file} is damaged, so what it belongs to is left out; restore it or delete it.`),
  ]
}

/** While a run trains, its last lines may only be half written. */
const cutShortIn = (folder: string) =>
  [runFiles.events, runFiles.metrics]
    .filter((name) => isCutShort(join(folder, name)))
    .map((name) => `The last line of ${name} was cut short and is left out.`)

const sentenceOf = (name: string, lines: number) => (lines > 0 ? [linesLeftOut(name, lines)] : [])

/** The complete checkpoints of a run, the newest first. */
export function listCheckpoints(folder: string): Checkpoint[] {
  const found = checkpointsIn(folder).flatMap(({ name, manifest }): Checkpoint[] => {
    if (!manifest) return []
    const { step, epoch, metrics, files } = manifest
    return [
      {
        name,
        step,
        epoch,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        ...(metrics && { top1: metrics.top1 }),
      },
    ]
  })
  return found.sort((a, b) => b.step - a.step)
}

/** The manifest of the newest checkpoint; nothing where there is none, or it is damaged. */
export const newestManifest = (folder: string): CheckpointManifest | undefined =>
  checkpointsIn(folder).toSorted((a, b) => b.steps - a.steps)[0]?.manifest

/** A folder without a manifest is no checkpoint; a manifest that is damaged is absent. */
function checkpointsIn(folder: string) {
  return foldersIn(join(folder, runFiles.checkpoints)).flatMap(([name, path]) => {
    const steps = stepOfCheckpoint(name)
    const file = join(path, checkpointFiles.manifest)
    if (steps === undefined || !existsSync(file)) return []
    const manifest = read(file, (value) => parseManifest(value, steps))
    return [{ name, steps, manifest, manifestFile: join(runFiles.checkpoints, name, checkpointFiles.manifest) }]
  })
}

/** A report that was kept, and where it is. */
export interface StoredEvaluation {
  readonly name: string
  /** Of its folder; in the first versions, of the report itself. */
  readonly path: string
  readonly report: EvaluationReport
}

/** Those of a run that are whole, in the order of their steps. */
export const storedEvaluations = (folder: string): StoredEvaluation[] => wholeOnes(evaluationsIn(folder))

/** What training kept of its last validation: an evaluation, by the name of its folder; nothing where there is none that is whole. */
export const lastValidation = (folder: string): StoredEvaluation | undefined => wholeOnes(validationIn(folder))[0]

/** Each in a folder of its own, with its predictions; in the first versions a file. */
const evaluationsIn = (folder: string) => foldersIn(join(folder, runFiles.evaluations)).flatMap(readEntry(folder))

const validationIn = (folder: string) =>
  foldersIn(folder)
    .filter(([name]) => name === runFiles.validation)
    .flatMap(readEntry(folder))

const readEntry =
  (folder: string) =>
  ([name, path]: [name: string, path: string]) => {
    const isFile = name.endsWith('.json')
    const file = isFile ? path : join(path, evaluationFiles.report)
    if (!isFile && !existsSync(file)) return []
    const report = read(file, (value) => evaluationReport.parse(value))
    return [{ name: isFile ? name.slice(0, -'.json'.length) : name, path, file: relative(folder, file), report }]
  }

const wholeOnes = (found: ReturnType<typeof evaluationsIn>): StoredEvaluation[] =>
  found
    .flatMap(({ name, path, report }) => (report ? [{ name, path, report }] : []))
    .sort((a, b) => a.report.step - b.report.step)

/** Bytes of all files in a folder and those below it. */
export function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.reduce(
    (sum, entry) =>
      sum + (entry.isFile() ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0) : 0),
    0,
  )
}

function foldersIn(folder: string): [name: string, path: string][] {
  try {
    return [...wholeFolders(folder)]
  } catch {
    return []
  }
}

/** The content of a file, where it is what it should be. */
function read<T>(file: string, parse: (value: unknown) => T): T | undefined {
  try {
    return parse(readSealed(file))
  } catch {
    return undefined
  }
}
