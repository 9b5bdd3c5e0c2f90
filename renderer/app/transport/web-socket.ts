import { newPacking } from '../../../shared/rpc/packing.ts'
import type { ClosablePort } from '../../../shared/rpc/port.ts'

/** Opens a line to the host that served the page. Rejects when the host does not answer or refuses. */
export function openWebSocket(url: URL): Promise<ClosablePort> {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(portOfSocket(socket)), { once: true })
    socket.addEventListener('error', () => reject(new Error(`No host answers at ${url.host}.`)), { once: true })
  })
}

function portOfSocket(socket: WebSocket): ClosablePort {
  const packing = newPacking()
  return {
    post: (message) => socket.send(packing.pack(message) as Uint8Array<ArrayBuffer>),
    onMessage: (listener) =>
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
        listener(packing.unpack(new Uint8Array(data))),
      ),
    onClose: (listener) =>
      socket.addEventListener('close', () => listener(new Error('The connection to the host was lost.'))),
    close: () => socket.close(),
  }
}
