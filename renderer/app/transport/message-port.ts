import { hostLine, type NativeWindow } from '../../../shared/contract/window.ts'
import type { Port } from '../../../shared/rpc/port.ts'

/** Opens the line to the host in the same program, as often as it is asked to. */
export function openHostLine(nativeWindow: NativeWindow): Promise<Port> {
  return new Promise((resolve) => {
    const onMessage = ({ source, data, ports }: MessageEvent) => {
      if (source !== window || data !== hostLine || !ports[0]) return
      removeEventListener('message', onMessage)
      resolve(portOfMessagePort(ports[0]))
    }
    addEventListener('message', onMessage)
    nativeWindow.openLine()
  })
}

function portOfMessagePort(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.addEventListener('message', ({ data }) => listener(data))
      port.start()
    },
    onClose: (listener) =>
      port.addEventListener('close', () => listener(new Error('The host is gone; start Anneal again.'))),
  }
}
