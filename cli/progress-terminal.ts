import { MultiBar, type SingleBar } from 'cli-progress'
import type { TrainerProgress } from '../shared/contract/trainer.ts'
import { activity, eventLine, type Activity } from './progress-text.ts'
import type { ProgressDisplay } from './progress-display.ts'

const WIDEST_BAR = 24

/** One live line at the bottom; lines that stay go above it. */
export function terminalProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  let bars: MultiBar | undefined
  let bar: SingleBar | undefined
  let current: Activity = { done: 0, total: 1, before: '', after: '' }

  const format = () => layOut(current, stream.columns || 80)

  function show(progress: TrainerProgress): void {
    const line = eventLine(progress)
    if (line !== undefined) note(line)
    current = activity(progress) ?? current
    if (activity(progress)) open().update(current.done)
  }

  function open(): SingleBar {
    bars ??= new MultiBar({ stream, format, fps: 10, hideCursor: true, clearOnComplete: true, gracefulExit: false })
    bar ??= bars.create(1, 0)
    return bar
  }

  function note(text: string): void {
    if (bars) bars.log(`${text}\n`)
    else stream.write(`${text}\n`)
  }

  function end(): void {
    // Lines are kept back until the next drawing, and the last one would be lost.
    bars?.update()
    bars?.stop()
    bars = bar = undefined
  }
  return { show, note, end }
}

/** The activity in one line: its bar takes the room that the words leave. */
export function layOut({ done, total, before, after }: Activity, columns: number): string {
  const room = Math.min(WIDEST_BAR, columns - 1 - before.length - after.length - 4)
  const filled = total > 0 ? Math.round((Math.min(done, total) / total) * room) : 0
  const bar = room >= 6 ? ` [${'='.repeat(filled)}${' '.repeat(room - filled)}] ` : '  '
  return `${before}${bar}${after}`.slice(0, columns - 1)
}
