import type { MessagePortMain } from 'electron'
import type { Port } from '../shared/rpc/port.ts'

/** The main process' end of the line to a page. Arrays are copied: a transfer list with one loses the message. */
export const pagePort = (port: MessagePortMain): Port => ({
  post: (message) => port.postMessage(message),
  onMessage(listener) {
    port.on('message', ({ data }) => listener(data))
    port.start()
  },
  onClose: (listener) => void port.once('close', () => listener()),
})
