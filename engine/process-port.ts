import type { Port } from '../shared/rpc/port.ts'

/** Electron's end of the line in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
}

/** The line to the process that started this one: an Electron utility process or a Node child with an IPC channel. */
export function processPort(): Port {
  const { parentPort } = process as unknown as { parentPort?: ParentPort }
  if (parentPort) return utilityPort(parentPort)
  if (process.send) return childPort()
  throw new Error('This file is started by Anneal, as a child process with a channel to its parent.')
}

const utilityPort = (parent: ParentPort): Port => ({
  post: (message) => parent.postMessage(message),
  onMessage: (listener) => parent.on('message', ({ data }) => listener(data)),
  onClose: (listener) => parent.on('close', listener),
})

const childPort = (): Port => ({
  post: (message) =>
    new Promise((resolve, reject) =>
      process.send!(message, undefined, {}, (error) => (error ? reject(error) : resolve())),
    ),
  onMessage: (listener) => void process.on('message', listener),
  onClose: (listener) => void process.once('disconnect', () => listener()),
})
