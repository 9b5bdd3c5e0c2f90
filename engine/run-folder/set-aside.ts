import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { runFiles, stepOfCheckpoint } from '../../shared/run-folder/files.ts'
import { isMetricsRecord } from '../../shared/run-folder/metrics.ts'
import { jsonLine } from '../../storage/json-lines.ts'
import { writeFileWhole } from '../../storage/write-file.ts'
import { wholeFolders } from '../../storage/write-folder.ts'
import { readLines } from './json-lines.ts'

/**
 * Takes what a run did after a step out of its way, since it goes on otherwise from there: the later checkpoints, the
 * reports on them, and the metrics. They are kept in a folder of their own, and belong to the run no more.
 * @returns what was taken, and where it is: a sentence; nothing where there is no later checkpoint or report
 */
export function setAside(folder: string, step: number): string | undefined {
  const checkpoints = later(wholeFolders(join(folder, runFiles.checkpoints)), stepOfCheckpoint, step)
  const reports = later(wholeFolders(join(folder, runFiles.evaluations)), stepOfReport, step)
  if (checkpoints.length + reports.length === 0) return undefined
  const metrics = readLines(join(folder, runFiles.metrics), isMetricsRecord).filter((record) => record.step > step)
  const place = newFolder(folder, `after-step-${step}`)
  // Copied first: should this be cut short, the newest checkpoint that is left still has its metrics.
  if (metrics.length > 0) writeFileWhole(join(folder, place, runFiles.metrics), metrics.map(jsonLine).join(''))
  moveAll(reports, join(folder, place, runFiles.evaluations))
  moveAll(checkpoints.toReversed(), join(folder, place, runFiles.checkpoints))
  const parts = [
    ...(checkpoints.length > 0 ? [namedCheckpoints(checkpoints.map(([name]) => name))] : []),
    ...(reports.length > 0 ? [counted(reports.length, 'evaluation')] : []),
    ...(metrics.length > 0 ? [`${counted(metrics.length, 'line')} of ${runFiles.metrics}`] : []),
  ]
  return `The run goes on from step ${step}, so what it did after that counts no more and is kept in ${place}: ${parts.join(', ')}.`
}

type Entry = readonly [name: string, path: string]

/** Those of later steps, by their steps. */
function later(entries: Iterable<Entry>, stepOf: (name: string) => number | undefined, step: number): Entry[] {
  const of = ([name]: Entry) => stepOf(name) ?? -1
  return [...entries].filter((entry) => of(entry) > step).sort((a, b) => of(a) - of(b))
}

const stepOfReport = (name: string): number | undefined => {
  const step = /^step-(\d+)-/.exec(name)?.[1]
  return step === undefined ? undefined : Number(step)
}

/** @returns the path of a folder that was not there, within the run's */
function newFolder(folder: string, name: string): string {
  for (let attempt = 1; ; attempt++) {
    const place = join(runFiles.abandoned, attempt === 1 ? name : `${name}_${attempt}`)
    if (existsSync(join(folder, place))) continue
    mkdirSync(join(folder, place), { recursive: true })
    return place
  }
}

function moveAll(entries: readonly Entry[], to: string): void {
  if (entries.length > 0) mkdirSync(to)
  for (const [name, path] of entries) renameSync(path, join(to, name))
}

function namedCheckpoints(names: readonly string[]): string {
  const [first, last] = [names[0]!, names.at(-1)!]
  return names.length === 1
    ? `the checkpoint ${first}`
    : `${names.length} checkpoints (${first} ${names.length === 2 ? 'and' : 'to'} ${last})`
}

const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`
