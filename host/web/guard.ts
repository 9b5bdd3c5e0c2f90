import type { IncomingMessage } from 'node:http'
import { isToken } from './access-token.ts'
import { isHostName } from './own-names.ts'

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 426
  readonly reason: string
}

/** The most that is shown of a name that a stranger chose. */
const LONGEST_SHOWN = 80

/** The address that a request is made to; nothing where it cannot be read. */
export function targetOf({ url = '' }: IncomingMessage): URL | undefined {
  // Two slashes at its start are part of a path, and no host.
  const text = url.startsWith('/') ? `http://here${url}` : url
  const target = URL.canParse(text) ? new URL(text) : undefined
  return target && /^https?:$/.test(target.protocol) ? target : undefined
}

/** Turns away what was not made to this host, or not by its own page. */
export function checkAddress(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  const { host, origin } = request.headers
  if (host === undefined) return { status: 403, reason: 'A request must say in its Host header whom it is made to.' }
  // A target that is a whole address has a host of its own, which counts as much as the header.
  const named = request.url?.startsWith('/') ? [host] : [host, targetOf(request)?.host ?? '']
  const foreign = named.map(hostName).find((name) => !hosts.has(name))
  if (foreign !== undefined) return { status: 403, reason: foreignName(foreign) }
  if (origin !== undefined && !isSameOrigin(origin, host))
    return { status: 403, reason: foreignPage(origin, host, hosts) }
  return undefined
}

/** Turns away what does not carry the cookie. */
export function checkCookie({ headers }: IncomingMessage, name: string, secret: string): Refusal | undefined {
  if (isToken(readCookie(headers.cookie, name), secret)) return undefined
  return { status: 401, reason: 'Open the link that Anneal printed when it started; it lets this browser in.' }
}

/** An upgrade must say what page it comes from: only programs leave that out. */
export function checkUpgrade(request: IncomingMessage): Refusal | undefined {
  if (request.headers.origin === undefined) return { status: 403, reason: 'A connection must say its origin.' }
  return undefined
}

const hostName = (host: string): string => host.toLowerCase().replace(/:\d+$/, '')

/** The same host, port and all; a port that goes without saying may be said. */
const isSameOrigin = (origin: string, host: string): boolean =>
  ['http', 'https'].some((scheme) => {
    const url = `${scheme}://${host}`
    return URL.canParse(url) && new URL(url).origin === origin
  })

const foreignName = (name: string): string =>
  `This Anneal is not known as ${shown(name)}. Use the link that it printed; if that is the name of a proxy, a container or a tunnel of yours, start it with "anneal serve ${optionFor(name)}".`

/** A proxy that puts a Host header of its own in the browser's place looks the same as a foreign page. */
function foreignPage(origin: string, host: string, hosts: ReadonlySet<string>): string {
  const name = URL.canParse(origin) ? new URL(origin).hostname : ''
  const allow = hosts.has(name) ? '' : ` and start Anneal with "anneal serve ${optionFor(name)}"`
  return `Pages of ${shown(origin)} have no access to this Anneal, which was asked for as ${shown(host)}. If that is your own proxy, have it pass on the Host header as the browser sent it, port included${allow}.`
}

const optionFor = (name: string): string => `--allow-host ${isHostName(name) ? name : 'NAME'}`

/** A name that a stranger chose, so that it is only a name: in quotes, short, nothing but plain letters. */
function shown(name: string): string {
  const short = name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}...` : name
  return `"${short.replace(/[^\w.:/[\]-]/g, '?')}"`
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1]
}
