import { TrainerLostError } from '../../../shared/errors.ts'
import { howToFetch } from '../../../storage/builds/library.ts'
import { lastLine } from './log-tail.ts'
import type { TrainerExit } from './trainer-process.ts'

/** One sentence about a trainer that ended without a word: how, its last line, and what to do. */
export function trainerLost(exit: TrainerExit, output: string, logFile?: string): TrainerLostError {
  const line = lastLine(output)
  const said = line === undefined ? '' : `, its last words being "${line}"`
  return new TrainerLostError(`The trainer process ${howItEnded(exit)}${said}; ${whatToDo(exit, logFile)}.`)
}

function howItEnded({ code, signal }: TrainerExit): string {
  return signal === null ? `ended with status ${code}` : `was killed by ${signal}`
}

function whatToDo({ signal }: TrainerExit, logFile: string | undefined): string {
  // The kernel's way to end a process when memory runs out.
  if (signal === 'SIGKILL') return 'if nobody killed it, memory ran out: try a smaller data.batchSize'
  // Most kernels of TensorFlow's oneDNN end so where an allocation fails, in place of an error.
  if (signal === 'SIGSEGV')
    return `TensorFlow may have run out of memory (try a smaller data.batchSize) or be damaged (to mend that, ${howToFetch(undefined, process.env, true)})${logFile === undefined ? '' : `; its log is ${logFile}`}`
  return logFile === undefined ? '"anneal doctor" checks the installation' : `its log is ${logFile}`
}

/** Where what was asked for is done with the trainer's end too. */
export function ignoreLost(error: unknown): void {
  if (!(error instanceof TrainerLostError)) throw error
}
