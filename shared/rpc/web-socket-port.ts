import { Packr } from 'msgpackr'
import type { WebSocket } from 'ws'
import type { Port } from './port.ts'

/** A WebSocket as a port: binary messages of msgpackr, typed arrays included. A message that cannot be read ends the connection. */
export function webSocketPort(socket: WebSocket): Port {
  const packr = new Packr({ moreTypes: true, useRecords: false })
  return {
    post: (message) => socket.send(packr.pack(message)),
    onMessage(listener) {
      socket.on('message', (data: Buffer, isBinary) => {
        const message = isBinary ? unpack(packr, data) : undefined
        if (message) listener(message.value)
        else socket.close(1003, 'This is not a message of Anneal.')
      })
    },
    onClose: (listener) => void socket.once('close', () => listener(new Error('The page is gone.'))),
  }
}

function unpack(packr: Packr, data: Buffer): { value: unknown } | undefined {
  try {
    return { value: packr.unpack(data) }
  } catch {
    return undefined
  }
}
