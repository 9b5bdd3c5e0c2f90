import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '../../shared/run-folder/events.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { jsonLine } from '../../storage/json-lines.ts'
import { readEvents } from './run-events.ts'

/**
 * Notes in a run's events why its trainer died, so that it is known after a restart too. For who holds its lock,
 * when the trainer has ended. That it cannot be written hides no other error.
 */
export function recordLoss(folder: string, step: number, message: string): void {
  const event: RunEvent = { wall: Date.now() / 1000, kind: 'interrupted', step, message }
  try {
    // A line that the trainer did not finish would swallow this one; an empty one is read over.
    appendFileSync(join(folder, runFiles.events), `\n${jsonLine(event)}`, { flush: true })
  } catch (error) {
    console.error(`Why the trainer ended could not be noted in ${folder}:`, error)
  }
}

/** Why the trainer of a run died, where nothing has happened since. */
export function lastLoss(folder: string): string | undefined {
  const event = readEvents(folder).records.at(-1)
  return event?.kind === 'interrupted' ? event.message : undefined
}
