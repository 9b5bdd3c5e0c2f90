import type { Port } from '../shared/rpc/port.ts'

/** What Electron gives a utility process of a port. */
interface MessagePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
}

/** Electron's end of the line in a utility process. */
interface ParentPort {
  once(event: 'message', listener: (event: { readonly ports: readonly MessagePort[] }) => void): void
}

/** The line to the host: handed over to an Electron utility process, or the IPC channel of a Node child. */
export function processPort(): Port {
  const { parentPort } = process as unknown as { parentPort?: ParentPort }
  if (parentPort) return utilityPort(parentPort)
  if (process.send) return childPort()
  throw new Error('This file is started by Anneal, as a child process with a channel to its parent.')
}

/** The program that started this process only hands over the line to the host, which is another process. */
function utilityPort(parent: ParentPort): Port {
  const line = new Promise<MessagePort>((resolve) => parent.once('message', ({ ports }) => resolve(ports[0]!)))
  return {
    post: async (message) => (await line).postMessage(message),
    onMessage: (listener) =>
      void line.then((port) => {
        port.on('message', ({ data }) => listener(data))
        port.start()
      }),
    onClose: (listener) => void line.then((port) => port.on('close', () => listener())),
  }
}

const childPort = (): Port => ({
  post: (message) =>
    new Promise((resolve, reject) =>
      process.send!(message, undefined, {}, (error) => (error ? reject(error) : resolve())),
    ),
  onMessage: (listener) => void process.on('message', listener),
  onClose: (listener) => void process.once('disconnect', () => listener()),
})
