import { linePaths } from '../../../shared/contract/page-line.ts'
import type { LineEnd } from '../../../shared/contract/window.ts'
import type { ClosablePort } from '../../../shared/rpc/port.ts'
import { openNativeLine } from './message-port.ts'
import { nativeWindow } from './native-window.ts'
import { openWebSocket } from './web-socket.ts'

/** Opens a line: the window's own, or a WebSocket to the host that served the page. Rejects when the host does not answer or refuses. */
export function openPort(to: LineEnd): Promise<ClosablePort> {
  if (nativeWindow) return openNativeLine(nativeWindow, to)
  const url = new URL(linePaths[to], location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return openWebSocket(url)
}
