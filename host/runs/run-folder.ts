import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { evaluationReport, type EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { RunDetail } from '../../shared/contract/workbench.ts'
import { checkpointFiles, runFiles, stepOfCheckpoint } from '../../shared/run-folder/files.ts'
import { parseManifest } from '../../shared/run-folder/manifest.ts'
import { readSealed } from '../../storage/sealed-json.ts'
import { wholeFolders } from '../../storage/write-folder.ts'

type Checkpoint = RunDetail['checkpoints'][number]

/** The complete checkpoints of a run, the newest first. */
export function listCheckpoints(folder: string): Checkpoint[] {
  const root = join(folder, runFiles.checkpoints)
  const found = foldersIn(root).flatMap(([name, path]): Checkpoint[] => {
    const steps = stepOfCheckpoint(name)
    if (steps === undefined) return []
    const manifest = read(join(path, checkpointFiles.manifest), (value) => parseManifest(value, steps))
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

/** The reports of a run, by their files' names. */
export function listEvaluations(folder: string): EvaluationReport[] {
  const names = namesIn(join(folder, runFiles.evaluations)).filter((name) => name.endsWith('.json'))
  return names.flatMap(
    (name) => read(join(folder, runFiles.evaluations, name), (value) => evaluationReport.parse(value)) ?? [],
  )
}

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

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
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
