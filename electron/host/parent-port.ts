import type { MessagePortMain, ParentPort } from 'electron'
import type { Port } from '../../shared/rpc/port.ts'
import type { HandedPort } from '../host-contract.ts'

const { parentPort } = process as unknown as { parentPort: ParentPort }

/** The line to the main process. It ends with it, and so does this process. */
export const shellPort: Port = {
  post: (message) => parentPort.postMessage(message),
  onMessage: (listener) => void parentPort.on('message', ({ data }) => listener(data)),
  onClose: () => undefined,
}

/** Told of each port that the main process hands over. */
export function onHandedPort(listener: (handed: HandedPort, port: MessagePortMain) => void): void {
  parentPort.on('message', ({ data, ports: [port] }) => {
    if (port) listener(data as HandedPort, port)
  })
}
