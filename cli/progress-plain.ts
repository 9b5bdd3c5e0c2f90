import type { Writable } from 'node:stream'
import type { TrainerProgress } from '../shared/contract/trainer.ts'
import { activity, eventLine } from './progress-text.ts'
import type { ProgressDisplay } from './progress-display.ts'

/** Seconds between two lines about the same activity. */
const INTERVAL = 10

/** Lines for a log: every event, and what is under way now and then. */
export function plainProgress(stream: Writable, now = () => performance.now() / 1000): ProgressDisplay {
  let phase: TrainerProgress['phase'] | undefined
  let next = 0
  const note = (text: string) => void stream.write(`${text}\n`)

  function show(progress: TrainerProgress): void {
    const line = eventLine(progress)
    if (line !== undefined) note(line)
    const current = activity(progress)
    if (!current || (now() < next && (progress.phase === phase || progress.phase === 'evaluating'))) return
    // An evaluation between two training lines has its own line at its end.
    if (progress.phase === 'evaluating' && phase === 'training') return
    phase = progress.phase
    next = now() + INTERVAL
    note(`${current.before}  ${current.after}`)
  }
  return { show, note, end: () => undefined }
}
