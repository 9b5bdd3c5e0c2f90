import type { ShownRun } from '../../../shared/contract/workbench.ts'

/** What a person calls the run: their own name for it, the recipe's, or the time and the network, as the id has them. */
export function runName(run: ShownRun): string {
  return run.notes.name || run.recipe?.run.name || nameOfId(run.id)
}

/** An id says when the run was made, in local time, and of what: `2026-11-23_07-29-56_resnet8_flowers`. */
const idPattern = /^(\d{4}-)(\d\d-\d\d)_(\d\d)-(\d\d)-(\d\d)_(.+)$/

export function nameOfId(id: string): string {
  return id.replace(
    idPattern,
    (_, _year: string, day: string, hour: string, minute: string, second: string, rest: string) =>
      `${day} ${hour}:${minute}:${second} ${rest.replaceAll('_', ' ')}`,
  )
}

/** When the run was made, in milliseconds of Unix time; a queued or damaged one by its id. */
export function createdTime({ id, record }: ShownRun): number | undefined {
  const time = Date.parse(record?.created ?? id.replace(idPattern, '$1$2T$3:$4:$5'))
  return Number.isNaN(time) ? undefined : time
}

/** The tags in a text that has commas between them, each once. */
export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]

export type Status = ShownRun['status'] | 'paused' | 'not answering'

export function shownStatus({ status, silentSince, paused }: ShownRun): Status {
  if (status !== 'running') return status
  if (silentSince !== undefined) return 'not answering'
  return paused ? 'paused' : status
}

/** What is to be said of a trainer that does not answer. */
export const silenceText = ({ silentSince }: ShownRun, now = Date.now() / 1000): string | undefined =>
  silentSince === undefined
    ? undefined
    : `The trainer has not answered for ${Math.round(now - silentSince)} s: wait if the machine is busy, or end it at once; what was saved stays.`

export const datasetName = (run: ShownRun): string | undefined => run.record?.dataset.name ?? run.recipe?.data.dataset

/** Whether a stopped run can go on. */
export const canResume = ({ status }: ShownRun): boolean =>
  status === 'stopped' || status === 'interrupted' || status === 'failed'

/** Whether a run that did all it was to do can be made longer. */
export const canTrainFurther = ({ status, recipe }: ShownRun): boolean => status === 'finished' && recipe !== undefined

/** Whether the run's trainer is at work or will be. */
export const isActive = ({ status }: ShownRun): boolean => status === 'running' || status === 'queued'

/** Seconds from the last start to the end, or to now; undefined before the start. */
export function runSeconds({ record, status }: ShownRun, now = Date.now()): number | undefined {
  if (!record) return undefined
  const end = record.ended ? Date.parse(record.ended) : status === 'running' ? now : undefined
  return end === undefined ? record.summary?.seconds : (end - Date.parse(record.started)) / 1000
}
