import type { Packr } from 'msgpackr'
import type { WebSocket } from 'ws'
import { newPacking } from './packing.ts'
import type { Port } from './port.ts'

/** Messages of a page that are worked on, or whose answers have not left, at a time. Later ones wait in its socket. */
const MOST_UNANSWERED = 100
/** Milliseconds after which a page that reads nothing is let go: what waits for it is kept here. */
const PATIENCE = 300_000

/**
 * A WebSocket as a port: binary messages of msgpackr. A message that cannot be read ends the connection. A page that
 * asks faster than it reads the answers is heard more slowly.
 */
export function webSocketPort(socket: WebSocket, patience = PATIENCE): Port {
  const packing = newPacking()
  return {
    post: patientSender(socket, patience, (message) => packing.pack(message)),
    onMessage(listener) {
      const hear = inMeasure(socket, listener)
      socket.on('message', (data: Buffer, isBinary) => {
        const message = isBinary ? unpack(packing, data) : undefined
        if (message) hear(message.value)
        else socket.close(1003, 'This is not a message of Anneal.')
      })
    },
    onClose: (listener) => void socket.once('close', () => listener(new Error('The page is gone.'))),
  }
}

/** Sends; each promise is kept when its message has left this program, or the connection has ended. */
function patientSender(socket: WebSocket, patience: number, pack: (message: unknown) => Buffer): Port['post'] {
  let lastLeft = 0
  return (message) => {
    const now = performance.now()
    if (socket.bufferedAmount === 0) lastLeft = now
    if (now - lastLeft > patience) socket.terminate()
    const packed = pack(message)
    return new Promise((resolve) => {
      socket.send(packed, () => {
        lastLeft = performance.now()
        resolve()
      })
    })
  }
}

/** Passes messages on, so many at a time; the socket rests while others wait. */
function inMeasure(socket: WebSocket, listener: Parameters<Port['onMessage']>[0]): (message: unknown) => void {
  const waiting: unknown[] = []
  let unanswered = 0
  const next = () => {
    while (unanswered < MOST_UNANSWERED && waiting.length > 0) {
      unanswered += 1
      void Promise.resolve(listener(waiting.shift())).finally(() => {
        unanswered -= 1
        next()
      })
    }
    if (waiting.length > 0) socket.pause()
    else if (socket.isPaused) socket.resume()
  }
  return (message) => {
    waiting.push(message)
    next()
  }
}

function unpack(packing: Packr, data: Buffer): { value: unknown } | undefined {
  try {
    return { value: packing.unpack(data) }
  } catch {
    return undefined
  }
}
