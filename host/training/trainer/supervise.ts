import type { Readable } from 'node:stream'
import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../../../shared/contract/trainer.ts'
import { connect } from '../../../shared/rpc/connect.ts'
import type { Port } from '../../../shared/rpc/port.ts'
import { ChildOutput } from './child-output.ts'
import { trainerLost } from './lost.ts'
import type { TrainerExit, TrainerProcess } from './trainer-process.ts'

/** A process with a line to it, whatever has started it. */
export interface Child extends Pick<Port, 'post' | 'onMessage'> {
  readonly pid: number | undefined
  /** What it prints; nothing where it writes its log by itself. */
  readonly output: readonly Readable[]
  /** Told once when the process is gone, though the last of its output may still be under way; or when it could not be started, and why. */
  onExit(listener: (exit: TrainerExit, problem?: Error) => void): void
  /** Asks one that is idle to end. */
  close(): void
  /** Ends it at once. */
  kill(): void
}

/** Milliseconds. */
const CLOSING_TIME = 10_000

/** Makes a trainer of a child process. */
export function supervise(child: Child, logFile: string | undefined): TrainerProcess {
  const output = new ChildOutput(child.output, logFile)
  const exited = whenExited(child, output)
  const lost = exited.then((exit) => trainerLost(exit, output.last, logFile))
  const listeners: ((progress: TrainerProgress) => void)[] = []
  const progress = (progress: TrainerProgress) => listeners.forEach((listener) => listener(progress))
  const port: Port = {
    post: (message) => child.post(message),
    onMessage: (listener) => child.onMessage(listener),
    onClose: (listener) => void lost.then(listener),
  }
  return {
    // A utility process has none until it runs.
    get pid() {
      return child.pid
    },
    calls: connect<TrainerCalls, TrainerEvents>(port, { progress }).remote,
    onProgress: (listener) => void listeners.push(listener),
    exited,
    close: () => close(child, exited),
    kill: () => child.kill(),
  }
}

/** Resolves when the process has ended and all that it printed has arrived. */
const whenExited = (child: Child, output: ChildOutput): Promise<TrainerExit> =>
  new Promise((resolve) =>
    child.onExit((exit, problem) => {
      if (!problem) return void output.arrived().then(() => resolve(exit))
      // Where nothing was started nothing will arrive.
      output.add(`${problem.message}\n`)
      resolve(exit)
    }),
  )

/** One that hangs is ended. */
async function close(child: Child, exited: Promise<TrainerExit>): Promise<TrainerExit> {
  child.close()
  const limit = setTimeout(() => child.kill(), CLOSING_TIME)
  return exited.finally(() => clearTimeout(limit))
}
