import { utilityProcess, type UtilityProcess } from 'electron'
import { closeSync, createWriteStream, openSync } from 'node:fs'
import { constants } from 'node:os'
import { storing } from '../storage/files.ts'
import { mergedEnvironment } from '../host/training/trainer/environment.ts'
import { OutputTail } from '../host/training/trainer/log-tail.ts'
import { trainerLost } from '../host/training/trainer/lost.ts'
import type {
  TrainerExit,
  TrainerOptions,
  TrainerProcess,
  TrainerStarter,
} from '../host/training/trainer/trainer-process.ts'
import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../shared/contract/trainer.ts'
import { connect } from '../shared/rpc/connect.ts'
import type { Port } from '../shared/rpc/port.ts'

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
    return supervise(child, logFile)
  }
}

function supervise(child: UtilityProcess, logFile: string | undefined): TrainerProcess {
  const output = keepOutput(child, logFile)
  const exited = new Promise<TrainerExit>((resolve) => void child.once('exit', (code) => resolve(readExit(code))))
  const listeners: ((progress: TrainerProgress) => void)[] = []
  const progress = (progress: TrainerProgress) => listeners.forEach((listener) => listener(progress))
  const port = utilityPort(
    child,
    exited.then((exit) => trainerLost(exit, output.toString(), logFile)),
  )
  return {
    // Known once it runs.
    get pid() {
      return child.pid
    },
    calls: connect<TrainerCalls, TrainerEvents>(port, { progress }).remote,
    onProgress: (listener) => void listeners.push(listener),
    exited,
    close() {
      // An idle trainer has nothing to save, and its line cannot be closed without ending it.
      child.kill()
      return exited
    },
    kill: () => endAtOnce(child),
  }
}

const utilityPort = (child: UtilityProcess, lost: Promise<Error>): Port => ({
  post: (message) => child.postMessage(message),
  onMessage: (listener) => void child.on('message', listener),
  onClose: (listener) => void lost.then(listener),
})

/** What it prints goes to the log; the last of it is kept to explain its end. */
function keepOutput(child: UtilityProcess, logFile: string | undefined): OutputTail {
  const tail = new OutputTail()
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' })
  // The disk may fill up; the run's own files tell that, so the log need not.
  log?.on('error', () => undefined)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      tail.add(chunk.toString('utf8'))
      log?.write(chunk)
    })
  }
  child.once('exit', () => log?.end())
  return tail
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
