import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../../../shared/contract/trainer.ts'
import { connect } from '../../../shared/rpc/connect.ts'
import type { Port } from '../../../shared/rpc/port.ts'
import { storing } from '../../../storage/files.ts'
import { mergedEnvironment } from './environment.ts'
import { OutputTail, readTail } from './log-tail.ts'
import { trainerLost } from './lost.ts'
import type { TrainerExit, TrainerOptions, TrainerProcess, TrainerStarter } from './trainer-process.ts'

const trainerFile = join(import.meta.dirname, '../../../engine/trainer.ts')
/** Found when it is needed: a packaged program has none, and starts trainers otherwise. */
const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Milliseconds. */
const CLOSING_TIME = 10_000

/** Starts trainers as Node children that run from source. */
export class NodeStarter implements TrainerStarter {
  /** @param entry the trainer's file, ours unless a test brings its own */
  constructor(private readonly entry = trainerFile) {}

  start({ environment, logFile }: TrainerOptions): TrainerProcess {
    const log = logFile === undefined ? 'pipe' : storing(logFile, () => openSync(logFile, 'a'))
    const child = spawn(process.execPath, ['--import', tsx(), this.entry], {
      env: mergedEnvironment(process.env, environment),
      stdio: ['ignore', log, log, 'ipc'],
      // Typed arrays and undefined survive only this way.
      serialization: 'advanced',
      // A group of its own: Ctrl-C in a terminal must reach the host alone, which then asks for a checkpoint.
      detached: true,
    })
    if (typeof log === 'number') closeSync(log)
    return supervise(child, logFile)
  }
}

function supervise(child: ChildProcess, logFile: string | undefined): TrainerProcess {
  const tail = new OutputTail()
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => tail.add(chunk))
  const output = () => (logFile === undefined ? tail.toString() : readTail(logFile))
  const exited = whenExited(child, tail)
  const listeners: ((progress: TrainerProgress) => void)[] = []
  const progress = (progress: TrainerProgress) => listeners.forEach((listener) => listener(progress))
  const port = childPort(
    child,
    exited.then((exit) => trainerLost(exit, output(), logFile)),
  )
  return {
    pid: child.pid,
    calls: connect<TrainerCalls, TrainerEvents>(port, { progress }).remote,
    onProgress: (listener) => void listeners.push(listener),
    exited,
    close: () => close(child, exited),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Without its channel a trainer saves what it has and ends; one that hangs is ended. */
async function close(child: ChildProcess, exited: Promise<TrainerExit>): Promise<TrainerExit> {
  if (child.connected) child.disconnect()
  const limit = setTimeout(() => child.kill('SIGKILL'), CLOSING_TIME)
  return exited.finally(() => clearTimeout(limit))
}

/** Resolves when the process has ended and all that it printed has arrived. The child's `close` would say so too, but never comes after a `disconnect`. */
function whenExited(child: ChildProcess, tail: OutputTail): Promise<TrainerExit> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  const printed = streams.map((stream) => new Promise((resolve) => stream.once('close', resolve)))
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => void Promise.all(printed).then(() => resolve({ code, signal })))
    child.once('error', (error) => {
      tail.add(`${error.message}\n`)
      // Where nothing was started nothing will close.
      if (child.pid === undefined) resolve({ code: -1, signal: null })
    })
  })
}

const childPort = (child: ChildProcess, lost: Promise<Error>): Port => ({
  post: (message) => send(child, message),
  onMessage: (listener) => void child.on('message', listener),
  onClose: (listener) => void lost.then(listener),
})

/** A message that cannot leave because the process is gone is no error: the end of the process fails all calls with its reason. */
function send(child: ChildProcess, message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    child.send(message as object, (error) => {
      if (error === null || !child.connected || isBroken(error)) resolve()
      else reject(error)
    })
  })
}

/** The other end is gone, though Node has not noticed yet. */
const isBroken = ({ code = '' }: NodeJS.ErrnoException) => code === 'EPIPE' || code === 'ECONNRESET'
