import type { Port } from './port.ts'

/** What is used of a port in Electron's Node processes (its `MessagePortMain`), whose types are not known everywhere. */
export interface UtilityPort {
  postMessage(message: unknown, transfer?: UtilityPort[]): void
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: UtilityPort[] }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** One of Electron's ports. What brings ports along is no message of the line. Arrays are copied: a transfer list with one loses the message. */
export function portOf(port: UtilityPort): Port {
  // From the beginning: it may be closed before anybody asks.
  const closed = new Promise<void>((resolve) => port.on('close', () => resolve()))
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', ({ data, ports }) => ports.length === 0 && listener(data))
      port.start()
    },
    onClose: (listener) => void closed.then(() => listener()),
  }
}
