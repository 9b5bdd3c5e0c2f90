import type { Readable } from 'node:stream'
import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../../../shared/contract/trainer.ts'
import { connect } from '../../../shared/rpc/connect.ts'
import type { Port } from '../../../shared/rpc/port.ts'
import { ChildOutput } from './child-output.ts'
import { trainerLost } from './lost.ts'
import { SilenceWatch } from './silence.ts'
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

/**
 * Makes a trainer of a child process.
 * @param silence milliseconds without an answer after which it is told to be silent
 */
export function supervise(child: Child, logFile: string | undefined, silence?: number): TrainerProcess {
  const output = new ChildOutput(child.output, logFile)
  const exited = whenExited(child, output)
  const progress = new Listeners<TrainerProgress>()
  const silences = new Listeners<number | undefined>()
  const lost = exited.then((exit) => trainerLost(exit, output.last, logFile))
  const { remote } = connect<TrainerCalls, TrainerEvents>(portOf(child, lost), { progress: progress.tell })
  const watch = new SilenceWatch(() => remote.ping(), silences.tell, silence)
  child.onMessage(() => watch.heard())
  child.onExit(() => watch.end())
  return {
    // A utility process has none until it runs.
    get pid() {
      return child.pid
    },
    calls: watched(remote, watch),
    onProgress: progress.add,
    onSilence: silences.add,
    exited,
    close: () => close(child, exited),
    kill: () => child.kill(),
  }
}

class Listeners<T> {
  readonly #all: ((value: T) => void)[] = []
  readonly add = (listener: (value: T) => void): void => void this.#all.push(listener)
  readonly tell = (value: T): void => this.#all.forEach((listener) => listener(value))
}

const portOf = (child: Child, lost: Promise<Error>): Port => ({
  post: (message) => child.post(message),
  onMessage: (listener) => child.onMessage(listener),
  onClose: (listener) => void lost.then(listener),
})

/** The same calls, each watched while it is under way. */
const watched = (calls: TrainerCalls, watch: SilenceWatch): TrainerCalls =>
  new Proxy(calls, {
    get(target, name) {
      const call = Reflect.get(target, name) as ((...args: unknown[]) => Promise<unknown>) | undefined
      return call && ((...args: unknown[]) => watch.during(call(...args)))
    },
  })

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
