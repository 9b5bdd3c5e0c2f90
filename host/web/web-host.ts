import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { linePaths, MAX_MESSAGE, type HandedSocket } from '../../shared/contract/page-line.ts'
import { UsageError } from '../../shared/errors.ts'
import type { Port } from '../../shared/rpc/port.ts'
import { cookieSecret, isToken } from './access-token.ts'
import { allowedHosts, checkAddress, checkCookie, checkUpgrade, inUrl, type Refusal } from './guard.ts'
import { securityHeaders } from './security-headers.ts'
import { readStatic } from './static-files.ts'
import { webSocketPort } from '../../shared/rpc/web-socket-port.ts'

/** A page's socket, whose request was let in and is not answered yet. */
export interface UnopenedLine {
  readonly handle: Duplex
  readonly message: HandedSocket
  /** Refuses the page. */
  close(): void
}

export interface WebHostOptions {
  /** The folder of the built page. */
  readonly pages: string
  /** 0: any that is free. */
  readonly port: number
  readonly address: string
  /** What lets a browser in. */
  readonly token: string
  /** Takes the connections of pages that were let in. */
  readonly serve: (port: Port) => void
  /** Takes the lines of pages that were let in and want to be answered about images. */
  readonly serveImages: (line: UnopenedLine) => void
}

/** Milliseconds in which a request must have arrived, and how often that is looked at. */
const limits = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2_000 }
/** Milliseconds after which a connection on which nothing moves is closed, unless it is a page's line. */
const SILENCE = 60_000
const MOST_CONNECTIONS = 1000

/** Serves the page and its connection to browsers that have the token. */
export class WebHost {
  /** What the cookie holds: the token itself is in the history of browsers and terminals. */
  readonly #secret: string
  readonly #hosts: ReadonlySet<string>
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })

  private constructor(private readonly options: WebHostOptions) {
    this.#secret = cookieSecret(options.token)
    this.#hosts = allowedHosts(options.address)
    this.#server = createServer(
      limits,
      (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
    )
    this.#server.maxConnections = MOST_CONNECTIONS
    this.#server.timeout = SILENCE
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    )
  }

  /** Throws `UsageError` where the address or port cannot be had. */
  static async listen(options: WebHostOptions): Promise<WebHost> {
    const host = new WebHost(options)
    await new Promise<void>((resolve, reject) => {
      host.#server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, options)))
      host.#server.listen(options.port, options.address, resolve)
    })
    return host
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** What a person opens: it carries the token. */
  get link(): string {
    const isAny = ['0.0.0.0', '::'].includes(this.options.address)
    return `http://${isAny ? 'localhost' : inUrl(this.options.address)}:${this.port}/?token=${this.options.token}`
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets.clients) socket.close(1001, 'Anneal has ended.')
    this.#server.closeAllConnections()
  }

  /** Cookies do not tell ports apart, so the port is in its name. */
  get #cookie(): string {
    return `anneal-${this.port}`
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = checkAddress(request, this.#hosts)
    if (refusal) return refuse(response, refusal)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, 'Only GET is answered here.', { Allow: 'GET, HEAD' })
    const url = parseUrl(request)
    if (!url) return refuse(response, { status: 400, reason: 'The address cannot be read.' })
    const token = url.searchParams.get('token')
    if (token !== null) return this.#letIn(token, response)
    const stranger = checkCookie(request, this.#cookie, this.#secret)
    if (stranger) return refuse(response, stranger)
    await this.#sendFile(url.pathname, response)
  }

  /** Trades the token for a cookie that scripts cannot read, and takes it out of the address. */
  #letIn(token: string, response: ServerResponse): void {
    if (!isToken(token, this.options.token))
      return refuse(response, {
        status: 403,
        reason: 'The token is not that of this Anneal; use the link that it printed last.',
      })
    const cookie = `${this.#cookie}=${this.#secret}; HttpOnly; SameSite=Strict; Path=/`
    send(response, 303, '', { Location: '/', 'Set-Cookie': cookie })
  }

  async #sendFile(pathname: string, response: ServerResponse): Promise<void> {
    const file = await readStatic(this.options.pages, pathname)
    if (!file && pathname === '/')
      return send(response, 503, 'The page of the workbench has not been built; "npm start" builds it.')
    if (!file) return send(response, 404, 'There is nothing here.')
    const caching = file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache'
    response.writeHead(200, {
      ...securityHeaders,
      'Content-Type': file.type,
      'Content-Length': file.content.length,
      'Cache-Control': caching,
    })
    response.end(file.content)
  }

  /** Every check comes before the upgrade. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const path = parseUrl(request)?.pathname
    const isHere = path === linePaths.host || path === linePaths.images
    const refusal: Refusal | undefined = isHere
      ? (checkAddress(request, this.#hosts) ??
        checkUpgrade(request) ??
        checkCookie(request, this.#cookie, this.#secret))
      : { status: 400, reason: 'There is no connection here.' }
    if (refusal) {
      const { status } = refusal
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        socket.destroy(),
      )
      return
    }
    if (path === linePaths.images) {
      const message = requestOf(request, head)
      ;(socket as Socket).setTimeout(0)
      return this.options.serveImages({ handle: socket, message, close: () => void socket.destroy() })
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => opened.terminate())
      this.options.serve(webSocketPort(opened))
    })
  }
}

/** Several headers of one name are joined, but cookies: those stay here. */
function requestOf({ headers }: IncomingMessage, head: Buffer): HandedSocket {
  const texts = Object.entries(headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'cookie',
  )
  return { webSocket: { headers: Object.fromEntries(texts), head } }
}

function refuse(response: ServerResponse, { status, reason }: Refusal): void {
  send(response, status, reason)
}

function send(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    ...securityHeaders,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(text === '' ? '' : `${text}\n`)
}

function parseUrl({ url }: IncomingMessage): URL | undefined {
  try {
    return new URL(url ?? '', 'http://here')
  } catch {
    return undefined
  }
}

function explain(error: NodeJS.ErrnoException, { port, address }: WebHostOptions): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new UsageError(`Port ${port} is in use on ${address}; choose another with --port.`, { cause: error })
    case 'EACCES':
      return new UsageError(`Port ${port} may not be used; choose one above 1023 with --port.`, { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`${address} is no address of this machine; choose another with --host.`, { cause: error })
    default:
      return error
  }
}
