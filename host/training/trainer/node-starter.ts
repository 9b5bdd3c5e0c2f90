import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Socket } from 'node:net'
import { storing } from '../../../storage/files.ts'
import { ChildOutput } from './child-output.ts'
import { mergedEnvironment } from './environment.ts'
import { loaderFor, trainerEntry } from './trainer-entry.ts'
import { supervise, type Child } from './supervise.ts'
import type { TrainerOptions, TrainerProcess, TrainerStarter } from './trainer-process.ts'

/** Starts trainers as Node children. */
export class NodeStarter implements TrainerStarter {
  /**
   * @param entry finds the trainer's file: ours, unless a test brings its own
   * @param silence milliseconds, as `supervise` has them
   */
  constructor(
    private readonly entry: string | (() => string) = trainerEntry,
    private readonly silence?: number,
  ) {}

  start(options: TrainerOptions): TrainerProcess {
    const { environment, logFile } = options
    // The child's own, so that what it prints is there whatever happens to the host.
    const log = logFile === undefined ? 'pipe' : storing(logFile, () => openSync(logFile, 'a'))
    const entry = typeof this.entry === 'string' ? this.entry : this.entry()
    const child = spawn(process.execPath, [...loaderFor(entry), entry], {
      env: mergedEnvironment(process.env, environment),
      stdio: ['ignore', log, log, 'ipc'],
      // Typed arrays and undefined survive only this way.
      serialization: 'advanced',
      // A group of its own: Ctrl-C in a terminal must reach the host alone, which then asks for a checkpoint.
      detached: true,
    })
    if (typeof log === 'number') closeSync(log)
    return supervise(nodeChild(child, logFile), options, this.silence)
  }
}

const nodeChild = (child: ChildProcess, logFile: string | undefined): Child => ({
  pid: child.pid,
  post: (message) => send(child, message),
  onMessage: (listener) => void child.on('message', listener),
  onExit: (listener) => onExit(child, logFile, listener),
  // It closes itself when the child has it. Where it cannot be sent, the child says that it has got none.
  hand: ({ message, handle }) => void child.send(message, handle as Socket, () => undefined),
  // Without its channel a trainer saves what it has and ends.
  close: () => child.connected && child.disconnect(),
  kill: () => void child.kill('SIGKILL'),
  leave: () => leave(child),
})

function leave(child: ChildProcess): void {
  if (child.connected) child.disconnect()
  for (const stream of [child.stdout, child.stderr]) stream?.destroy()
  child.unref()
}

function onExit(child: ChildProcess, logFile: string | undefined, listener: Parameters<Child['onExit']>[0]): void {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  const output = new ChildOutput(streams, logFile)
  child.once('exit', (code, signal) => void output.arrived().then(() => listener({ code, signal }, output.last)))
  // Also told of a signal that could not be sent: only where nothing was started is it an end.
  child.on('error', ({ message }) => child.pid === undefined && listener({ code: -1, signal: null }, message))
}

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
