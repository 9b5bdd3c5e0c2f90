import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { MAX_MESSAGE, type HandedSocket } from '../shared/contract/page-line.ts'
import type { Port } from '../shared/rpc/port.ts'
import { webSocketPort } from '../shared/rpc/web-socket-port.ts'

const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })

/** Answers a page's request for a WebSocket. A socket that is gone, as one is that was closed on its way, is a closed line. */
export function openSocket({ webSocket: { headers, head } }: HandedSocket, socket: Socket | undefined): Port {
  if (!socket) return closed
  socket.on('error', () => socket.destroy())
  let opened: WebSocket | undefined
  const request = { method: 'GET', url: '/', headers } as unknown as IncomingMessage
  // Calls back before it returns, or has refused.
  sockets.handleUpgrade(request, socket, Buffer.from(head), (webSocket) => (opened = webSocket))
  if (!opened) return closed
  opened.on('error', () => opened?.terminate())
  return heardFromTheFirst(opened)
}

/** The page may speak before anybody listens, which is asked for by another message: until then it waits. */
function heardFromTheFirst(socket: WebSocket): Port {
  socket.pause()
  const port = webSocketPort(socket)
  return {
    ...port,
    onMessage(listener) {
      port.onMessage(listener)
      socket.resume()
    },
  }
}

const closed: Port = {
  post: () => undefined,
  onMessage: () => undefined,
  onClose: (listener) => listener(new Error('The page is gone.')),
}
