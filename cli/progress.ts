import type { TrainerProgress } from '../shared/contract/trainer.ts'
import { onInterrupt, signalStatus, type StopSignal } from './interrupt.ts'
import type { ProgressDisplay } from './progress-display.ts'
import { plainProgress } from './progress-plain.ts'
import { terminalProgress } from './progress-terminal.ts'

let shown: ProgressDisplay | undefined

/** A live line on a terminal, plain lines elsewhere. */
export function progressDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return (shown = stream.isTTY ? terminalProgress(stream) : plainProgress(stream))
}

/** A line on stderr that stays, above the live one where there is one. */
export function noteOnStderr(text: string): void {
  if (shown) shown.note(text)
  else process.stderr.write(`${text}\n`)
}

/** Does work that a signal ends at once, its trainer with it; its progress is shown. */
export async function withProgress<R>(
  work: (onProgress: (progress: TrainerProgress) => void) => Promise<R>,
): Promise<R> {
  const display = progressDisplay()
  const end = (signal: StopSignal) => {
    display.end()
    process.exit(signalStatus(signal))
  }
  const interrupts = onInterrupt(end, end)
  try {
    return await work((progress) => display.show(progress))
  } finally {
    interrupts.release()
    display.end()
  }
}
