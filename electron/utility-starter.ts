import { utilityProcess, type UtilityProcess } from 'electron'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { PassThrough, type Readable } from 'node:stream'
import { storing } from '../storage/files.ts'
import { mergedEnvironment } from '../host/training/trainer/environment.ts'
import { supervise, type Child } from '../host/training/trainer/supervise.ts'
import type {
  TrainerExit,
  TrainerOptions,
  TrainerProcess,
  TrainerStarter,
} from '../host/training/trainer/trainer-process.ts'

/** Starts trainers as Electron's utility processes: a crash there touches nothing else. */
export class UtilityStarter implements TrainerStarter {
  /** @param entry the trainer's bundled file */
  constructor(private readonly entry: string) {}

  start({ environment, logFile }: TrainerOptions): TrainerProcess {
    // A log that cannot be written is told before anything is started.
    if (logFile !== undefined) storing(logFile, () => closeSync(openSync(logFile, 'a')))
    const child = utilityProcess.fork(this.entry, [], {
      env: mergedEnvironment(process.env, environment),
      stdio: 'pipe',
      serviceName: 'Anneal trainer',
    })
    return supervise(utilityChild(child), logFile)
  }
}

const utilityChild = (child: UtilityProcess): Child => ({
  get pid() {
    return child.pid
  },
  output: [child.stdout, child.stderr].filter((stream) => stream !== null).map(wholeOutput),
  post: (message) => child.postMessage(message),
  onMessage: (listener) => void child.on('message', listener),
  onExit: (listener) => void child.once('exit', (code) => listener(readExit(code))),
  // An idle trainer has nothing to save, and its line cannot be closed without ending it.
  close: () => void child.kill(),
  kill: () => endAtOnce(child),
})

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
