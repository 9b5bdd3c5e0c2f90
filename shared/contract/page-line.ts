import type { LineEnd } from './window.ts'

/** Where a browser opens its lines, seen from the page. */
export const linePaths: Readonly<Record<LineEnd, string>> = { host: 'rpc', images: 'images' }

/** What comes with the socket of a page that the host hands over to a trainer: its request for a WebSocket, which the host has let in but not answered. */
export interface HandedSocket {
  readonly webSocket: {
    readonly headers: Readonly<Record<string, string>>
    /** What arrived after the request. */
    readonly head: Uint8Array
  }
}

/** Bytes of a message of a page: a recipe is the largest. */
export const MAX_MESSAGE = 4 * 1024 ** 2
