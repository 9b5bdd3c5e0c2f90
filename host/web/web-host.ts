import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { extname } from 'node:path'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { linePaths, MAX_MESSAGE, type HandedSocket } from '../../shared/contract/page-line.ts'
import type { LineEnd } from '../../shared/contract/window.ts'
import { UsageError } from '../../shared/errors.ts'
import type { Port } from '../../shared/rpc/port.ts'
import { cookieSecret, isToken } from './access-token.ts'
import { pathBelow, wayInto, wayToPage } from './base-path.ts'
import { checkAddress, checkCookie, checkUpgrade, targetOf, type Refusal } from './guard.ts'
import { allowedHosts, inUrl, isAll } from './own-names.ts'
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
  /** Below which all is served, as `parseBasePath` gives it. */
  readonly basePath?: string
  /** Host names that requests may be made to besides its own, as `parseHostName` gives them. */
  readonly allowHosts?: readonly string[]
  /** What lets a browser in. */
  readonly token: string
  /** Takes the connections of pages that were let in. */
  readonly serve: (port: Port) => void
  /** Takes the lines of pages that were let in and want to be answered about images. */
  readonly serveImages: (line: UnopenedLine) => void
  /** Told of what a proxy that is set up wrongly would cause, and a browser does not show. */
  readonly onRefused?: (reason: string) => void
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
  readonly #basePath: string
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })

  private constructor(private readonly options: WebHostOptions) {
    this.#secret = cookieSecret(options.token)
    this.#hosts = allowedHosts(options.address, options.allowHosts)
    this.#basePath = options.basePath ?? ''
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
    const host = isAll(this.options.address) ? 'localhost' : inUrl(this.options.address)
    return `http://${host}:${this.port}${this.#basePath}/?token=${this.options.token}`
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
    const refusal = this.#checkAddress(request)
    if (refusal) return refuse(response, refusal)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, 'Only GET is answered here.', { Allow: 'GET, HEAD' })
    const url = targetOf(request)
    if (!url) return refuse(response, { status: 400, reason: 'The address cannot be read.' })
    const path = pathBelow(this.#basePath, url.pathname)
    if (path === undefined) return refuse(response, this.#outside())
    if (path === '') return redirect(response, `${wayInto(this.#basePath)}${url.search}`)
    const token = url.searchParams.get('token')
    if (token !== null) return this.#letIn(token, path, response)
    const stranger = checkCookie(request, this.#cookie, this.#secret)
    if (stranger) return refuse(response, stranger)
    if (lineAt(path)) return refuse(response, this.#told(noUpgrade))
    await this.#sendFile(path, response)
  }

  #checkAddress(request: IncomingMessage): Refusal | undefined {
    const refusal = checkAddress(request, this.#hosts)
    return refusal && this.#told(refusal)
  }

  #told(refusal: Refusal): Refusal {
    this.options.onRefused?.(refusal.reason)
    return refusal
  }

  #outside(): Refusal {
    return { status: 404, reason: `There is nothing here; this Anneal is below ${this.#basePath}/.` }
  }

  /** Trades the token for a cookie that scripts cannot read, and takes it out of the address. */
  #letIn(token: string, path: string, response: ServerResponse): void {
    if (!isToken(token, this.options.token))
      return refuse(response, {
        status: 403,
        reason: 'The token is not that of this Anneal; use the link that it printed last.',
      })
    const cookie = `${this.#cookie}=${this.#secret}; HttpOnly; SameSite=Strict; Path=${this.#basePath}/`
    redirect(response, wayToPage(path), { 'Set-Cookie': cookie })
  }

  async #sendFile(path: string, response: ServerResponse): Promise<void> {
    const file = await readStatic(this.options.pages, path)
    if (!file && path === '/')
      return send(response, 503, 'The page of the workbench has not been built; "npm start" builds it.')
    if (!file) return send(response, 404, 'There is nothing here.')
    // The page's own addresses begin where it lies.
    if (path !== '/' && extname(path) === '') return redirect(response, wayToPage(path))
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
    const path = pathBelow(this.#basePath, targetOf(request)?.pathname ?? '')
    const line = lineAt(path)
    const refusal =
      this.#checkAddress(request) ??
      (path === undefined ? this.#outside() : undefined) ??
      (line ? undefined : { status: 400 as const, reason: 'There is no connection here.' }) ??
      checkUpgrade(request) ??
      checkCookie(request, this.#cookie, this.#secret)
    if (refusal) return refuseUpgrade(socket, refusal)
    if (line === 'images') {
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

const noUpgrade: Refusal = {
  status: 426,
  reason:
    'Only WebSockets are answered here; if a proxy is between, have it pass on the headers Upgrade and Connection.',
}

/** The line that a path below the base path is that of. */
const lineAt = (path: string | undefined): LineEnd | undefined =>
  (Object.keys(linePaths) as LineEnd[]).find((line) => path === `/${linePaths[line]}`)

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

/** A relative address stays below whatever a proxy has put before it. */
function redirect(response: ServerResponse, way: string, headers: Record<string, string> = {}): void {
  send(response, 303, '', { Location: way, ...headers })
}

function refuseUpgrade(socket: Duplex, { status, reason }: Refusal): void {
  const text = `${reason}\n`
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy())
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
