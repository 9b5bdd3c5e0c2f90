import type { IncomingMessage } from 'node:http'
import { networkInterfaces } from 'node:os'
import { isToken } from './access-token.ts'

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 400 | 401 | 403
  readonly reason: string
}

const loopback = ['localhost', '127.0.0.1', '[::1]']

/**
 * The host names that requests may be made to: any other one may have been made to mean this machine by a
 * foreign page. The port is free, since it changes where it is forwarded.
 */
export function allowedHosts(address: string): ReadonlySet<string> {
  if (loopback.includes(inUrl(address))) return new Set(loopback)
  const isAny = address === '0.0.0.0' || address === '::'
  const own = isAny
    ? Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => inUrl(entry.address)))
    : []
  return new Set([...loopback, inUrl(address).toLowerCase(), ...own])
}

/** An address as it stands in a URL. */
export const inUrl = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/** Turns away what was not made to this host, or not by its own page. */
export function checkAddress({ headers }: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  const { host, origin } = headers
  if (host === undefined || !hosts.has(hostName(host)))
    return { status: 403, reason: 'This name does not belong to this Anneal; use the link that it printed.' }
  if (origin !== undefined && !isSameOrigin(origin, host))
    return { status: 403, reason: 'Other pages have no access to Anneal.' }
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

function isSameOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1]
}
