import type { MessagePortMain } from 'electron'
import type { Port } from '../shared/rpc/port.ts'

/** One of Electron's ports. Arrays are copied: a transfer list with one loses the message. */
export const portOf = (port: MessagePortMain): Port => ({
  post: (message) => port.postMessage(message),
  onMessage(listener) {
    port.on('message', ({ data }) => listener(data))
    port.start()
  },
  onClose: (listener) => void port.once('close', () => listener()),
})
