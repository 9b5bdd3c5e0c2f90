import { hostname, networkInterfaces } from 'node:os'
import { UsageError } from '../../shared/errors.ts'

const loopback = ['localhost', '127.0.0.1', '[::1]']
const allAddresses = ['0.0.0.0', '::']

/** The longest name that DNS knows. */
const LONGEST_NAME = 253

/**
 * The host names that requests may be made to: any other one may have been made to mean this machine by a
 * foreign page. The port is free, since it changes where it is forwarded.
 * @param address that is listened at; at all addresses the machine's own names and addresses count too
 * @param allowed further names, as `parseHostName` gives them
 */
export function allowedHosts(address: string, allowed: readonly string[] = []): ReadonlySet<string> {
  const own = isAll(address) ? namesOfMachine() : [inUrl(address).toLowerCase()]
  return new Set([...loopback, ...own, ...allowed])
}

/** Whether an address stands for all that the machine has. */
export const isAll = (address: string): boolean => allAddresses.includes(address)

/** An address as it stands in a URL. */
export const inUrl = (address: string): string => (address.includes(':') ? `[${address}]` : address)

function namesOfMachine(): string[] {
  const name = hostname().toLowerCase()
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return [name, name.split('.')[0]!, ...addresses.map(({ address }) => inUrl(address))].filter((own) => own !== '')
}

/**
 * A host name or an IP address, as browsers write it in an address. Throws `UsageError` where it is none, or has more
 * than the name.
 */
export function parseHostName(text: string): string {
  const name = /^[\da-f:.]*:[\da-f:.]*:[\da-f:.]*$/i.test(text) ? `[${text}]` : text.toLowerCase()
  if (text.length <= LONGEST_NAME && /^([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])$/i.test(name)) {
    const url = `http://${name}/`
    const known = URL.canParse(url) ? new URL(url).hostname : undefined
    // Browsers write the one address in many forms, but a name in one: "127.1" would be read as an address.
    if (known === name || (known !== undefined && name.startsWith('['))) return known
  }
  throw new UsageError(
    `--allow-host must be one host name or IP address, such as lab.example, without scheme, port, path or wildcard (beyond ASCII as xn--...), not ${JSON.stringify(text)}.`,
  )
}

/** Whether `--allow-host` takes a name as it is. */
export function isHostName(text: string): boolean {
  try {
    return parseHostName(text) === text
  } catch {
    return false
  }
}
