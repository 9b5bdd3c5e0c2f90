import { lineMessages, type LineEnd, type NativeWindow } from '../../../shared/contract/window.ts'
import type { ClosablePort } from '../../../shared/rpc/port.ts'

/** Opens a line within the same program, as often as it is asked to. */
export function openNativeLine(nativeWindow: NativeWindow, to: LineEnd): Promise<ClosablePort> {
  return new Promise((resolve) => {
    const onMessage = ({ source, data, ports }: MessageEvent) => {
      if (source !== window || data !== lineMessages[to] || !ports[0]) return
      removeEventListener('message', onMessage)
      resolve(portOfMessagePort(ports[0]))
    }
    addEventListener('message', onMessage)
    nativeWindow.openLine(to)
  })
}

function portOfMessagePort(port: MessagePort): ClosablePort {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.addEventListener('message', ({ data }) => listener(data))
      port.start()
    },
    onClose: (listener) =>
      port.addEventListener('close', () => listener(new Error('The host is gone; start Anneal again.'))),
    close: () => port.close(),
  }
}
