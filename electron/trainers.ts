import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron'
import { constants } from 'node:os'
import { PassThrough, type Readable } from 'node:stream'
import { ChildOutput } from '../host/training/trainer/child-output.ts'
import { mergedEnvironment } from '../host/training/trainer/environment.ts'
import type { TrainerExit } from '../host/training/trainer/trainer-process.ts'
import type { HostCalls, StartOptions } from './host-contract.ts'

/** Who is told of the trainers that it has asked for. */
export interface TrainersOwner {
  readonly onLine: (id: number, port: MessagePortMain) => void
  readonly onEnded: HostCalls['trainerEnded']
}

/** Trainers as Electron's utility processes: a crash there touches nothing else. Their lines lead to the host's process. */
export class Trainers {
  readonly #running = new Map<number, UtilityProcess>()

  /** @param entry the trainer's bundled file */
  constructor(
    private readonly entry: string,
    private readonly owner: TrainersOwner,
  ) {}

  /** Answers with its process, once that runs. */
  start(id: number, { environment, logFile }: StartOptions): Promise<number> {
    const child = utilityProcess.fork(this.entry, [], {
      env: mergedEnvironment(process.env, environment),
      stdio: 'pipe',
      serviceName: 'Anneal trainer',
    })
    const output = new ChildOutput(
      [child.stdout, child.stderr].filter((stream) => stream !== null).map(wholeOutput),
      logFile,
    )
    const { port1, port2 } = new MessageChannelMain()
    child.postMessage('line', [port1])
    this.owner.onLine(id, port2)
    this.#running.set(id, child)
    child.once('exit', (code) => {
      this.#running.delete(id)
      void output.arrived().then(() => this.owner.onEnded(id, readExit(code), output.last))
    })
    return new Promise((resolve) => child.once('spawn', () => resolve(child.pid!)))
  }

  /** Ends one at once. */
  kill(id: number): void {
    const child = this.#running.get(id)
    if (child) endAtOnce(child)
  }
}

/**
 * All that arrives on a stream of a utility process. Electron takes every listener off its own streams when the
 * process ends, whatever is still under way; so what it pipes into them is taken at its source.
 */
function wholeOutput(stream: NodeJS.ReadableStream): Readable {
  const whole = new PassThrough()
  stream.once('pipe', (source: Readable) => {
    source.unpipe(stream as PassThrough)
    source.pipe(whole)
  })
  return whole
}

/** `kill` of Electron asks with SIGTERM, which a process that is busy in native code may be slow to hear. */
function endAtOnce(child: UtilityProcess): void {
  if (child.pid === undefined) return void child.kill()
  try {
    process.kill(child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A signal arrives as its number. The trainer's own statuses are 0 and 1, so none is taken for one. */
const signals = ['SIGILL', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const

function readExit(code: number): TrainerExit {
  const signal = signals.find((name) => constants.signals[name] === code)
  return signal === undefined ? { code, signal: null } : { code: null, signal }
}
