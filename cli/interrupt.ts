import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
export type StopSignal = (typeof signals)[number]

/** What a shell makes of a signal: 130 for SIGINT, 143 for SIGTERM. */
export const signalStatus = (signal: StopSignal): number => 128 + constants.signals[signal]

export interface Interrupts {
  /** The first signal that came. */
  readonly received: StopSignal | undefined
  /** Back to the system's way. */
  release(): void
}

/** Milliseconds between looks at the parent. */
const LOOK = 500

/**
 * npm and npx start a program through a shell, which takes a SIGTERM for itself alone and is gone: that is then
 * the only sign of it. Who starts it otherwise may well end before it.
 */
function onLostShell(lost: () => void): NodeJS.Timeout | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    lost()
  }, LOOK).unref()
  return timer
}

/** Answers the first signal with a soft end, the second with a hard one. */
export function onInterrupt(first: (signal: StopSignal) => void, second: (signal: StopSignal) => void): Interrupts {
  let received: StopSignal | undefined
  const handle = (signal: StopSignal) => {
    if (received) return second(signal)
    received = signal
    first(signal)
  }
  for (const signal of signals) process.on(signal, handle)
  const timer = onLostShell(() => received ?? handle('SIGTERM'))
  return {
    get received() {
      return received
    },
    release() {
      clearInterval(timer)
      signals.forEach((signal) => process.off(signal, handle))
    },
  }
}
