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

/** Answers the first signal with a soft end, the second with a hard one. */
export function onInterrupt(first: (signal: StopSignal) => void, second: (signal: StopSignal) => void): Interrupts {
  let received: StopSignal | undefined
  const handle = (signal: StopSignal) => {
    if (received) return second(signal)
    received = signal
    first(signal)
  }
  for (const signal of signals) process.on(signal, handle)
  return {
    get received() {
      return received
    },
    release: () => signals.forEach((signal) => process.off(signal, handle)),
  }
}
