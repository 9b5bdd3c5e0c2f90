import { noteOnStderr } from './progress.ts'

/** Tells on stderr that a trainer does not answer, and that it does again. */
export function noteSilence(since: number | undefined): void {
  noteOnStderr(
    since === undefined
      ? 'The trainer answers again.'
      : `The trainer has not answered for ${Math.round(Date.now() / 1000 - since)} s: wait if the machine is busy, or end it with Ctrl-C, twice where it trains; what was saved stays.`,
  )
}
