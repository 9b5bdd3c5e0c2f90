import type { Socket } from 'node:net'
import type { HandedSocket } from '../shared/contract/page-line.ts'
import type { Port } from '../shared/rpc/port.ts'
import { portOf, type UtilityPort } from '../shared/rpc/utility-port.ts'
import { openSocket } from './page-socket.ts'

/** The line to the host, which hands over lines of pages with it. */
export interface HostLine extends Port {
  /** Told of the line of a page. */
  onPage(listener: (page: Port) => void): void
}

/** Electron's end of the line in a utility process. */
interface ParentPort {
  once(event: 'message', listener: (event: { readonly ports: readonly UtilityPort[] }) => void): void
}

/** The line to the host: handed over to an Electron utility process, or the IPC channel of a Node child. */
export function processPort(): HostLine {
  const { parentPort } = process as unknown as { parentPort?: ParentPort }
  if (parentPort) return utilityLine(parentPort)
  if (process.send) return childLine()
  throw new Error('This file is started by Anneal, as a child process with a channel to its parent.')
}

/** The program that started this process only hands over the line to the host, which is another process. */
function utilityLine(parent: ParentPort): HostLine {
  const handed = new Promise<UtilityPort>((resolve) => parent.once('message', ({ ports }) => resolve(ports[0]!)))
  const line = handed.then((port) => ({ port, ...portOf(port) }))
  return {
    post: async (message) => (await line).post(message),
    onMessage: (listener) => void line.then((end) => end.onMessage(listener)),
    onClose: (listener) => void line.then((end) => end.onClose(listener)),
    onPage: (listener) =>
      void line.then(({ port }) => port.on('message', ({ ports: [page] }) => page && listener(portOf(page)))),
  }
}

const childLine = (): HostLine => ({
  post: (message) =>
    new Promise((resolve, reject) =>
      process.send!(message, undefined, {}, (error) => (error ? reject(error) : resolve())),
    ),
  onMessage: (listener) => void process.on('message', listener),
  onClose: (listener) => void process.once('disconnect', () => listener()),
  onPage: (listener) =>
    void process.on('message', (message, handle) => {
      if (isHandedSocket(message)) listener(openSocket(message, handle as Socket | undefined))
    }),
})

const isHandedSocket = (message: unknown): message is HandedSocket =>
  typeof message === 'object' && message !== null && 'webSocket' in message
