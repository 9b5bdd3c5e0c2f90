import { closeSync, openSync } from 'node:fs'
import { supervise, type Child } from '../../host/training/trainer/supervise.ts'
import type {
  TrainerExit,
  TrainerOptions,
  TrainerProcess,
  TrainerStarter,
} from '../../host/training/trainer/trainer-process.ts'
import type { Remote } from '../../shared/rpc/connect.ts'
import { portOf, type UtilityPort } from '../../shared/rpc/utility-port.ts'
import { storing } from '../../storage/files.ts'
import type { HostCalls, ShellCalls } from '../host-contract.ts'

/** Milliseconds after the end of a process in which its last messages have arrived. */
const LAST_MESSAGES = 3000

type Ended = readonly [exit: TrainerExit, output: string]

/** Has trainers started by the main process, which alone can start utility processes, and speaks to them directly. */
export class ShellStarter implements TrainerStarter {
  #started = 0
  readonly #lines = new Map<number, (line: UtilityPort) => void>()
  readonly #ends = new Map<number, (ended: Ended) => void>()

  constructor(private readonly shell: Remote<ShellCalls>) {}

  start(options: TrainerOptions): TrainerProcess {
    const { environment, logFile } = options
    // A log that cannot be written is told before anything is started.
    if (logFile !== undefined) storing(logFile, () => closeSync(openSync(logFile, 'a')))
    const id = this.#started++
    const line = new Promise<UtilityPort>((resolve) => this.#lines.set(id, resolve))
    const ended = new Promise<Ended>((resolve) => this.#ends.set(id, resolve))
    const started = this.shell.startTrainer(id, { environment, logFile })
    started.catch((error: Error) => this.ended(id, { code: -1, signal: null }, error.message))
    return supervise(
      childOf(started, line, ended, () => void this.shell.killTrainer(id)),
      options,
    )
  }

  /** The main process hands over the line to a trainer. */
  handed(id: number, line: UtilityPort): void {
    this.#lines.get(id)?.(line)
    this.#lines.delete(id)
  }

  readonly ended: HostCalls['trainerEnded'] = (id, exit, output) => {
    this.#ends.get(id)?.([exit, output])
    this.#ends.delete(id)
    this.#lines.delete(id)
  }
}

function childOf(
  started: Promise<number>,
  handed: Promise<UtilityPort>,
  ended: Promise<Ended>,
  kill: () => void,
): Child {
  const line = handed.then((port) => ({ port, ...portOf(port) }))
  let pid: number | undefined
  started.then(
    (known) => (pid = known),
    () => undefined,
  )
  // Its last messages come by another line than the news of its end.
  const closed = line.then((end) => new Promise<void>((resolve) => end.onClose(() => resolve())))
  return {
    get pid() {
      return pid
    },
    post: async (message) => (await line).post(message),
    onMessage: (listener) => void line.then((end) => end.onMessage(listener)),
    onExit: (listener) =>
      void ended.then(async (how) => {
        await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LAST_MESSAGES))])
        listener(...how)
      }),
    hand: ({ message, handle }) => void line.then(({ port }) => port.postMessage(message, [handle as UtilityPort])),
    // Without its line a trainer saves what it has and ends.
    close: () => void line.then(({ port }) => port.close()),
    kill,
  }
}
