import { shallowRef } from 'vue'
import type { WorkbenchCalls, WorkbenchEvents } from '../../../shared/contract/workbench.ts'
import { connect, type Remote } from '../../../shared/rpc/connect.ts'
import type { Port } from '../../../shared/rpc/port.ts'
import { openPort } from './open-port.ts'
import { workbenchEvents } from './events.ts'

export { onEvent } from './events.ts'

/** `lost`: it is tried again, with growing pauses. */
export type ConnectionState = 'connecting' | 'open' | 'lost'

export const connectionState = shallowRef<ConnectionState>('connecting')
/** How often there was a new connection: what was read before may be out of date. */
export const connectionCount = shallowRef(0)

const LONGEST_PAUSE = 5000
const openListeners = new Set<() => void>()
let current: Remote<WorkbenchCalls> | undefined
/** Calls that wait for the first connection. */
let waiting: (() => void)[] = []

/**
 * The host's calls. Those made before the first connection wait for it; those made while the connection is
 * lost fail at once.
 */
export const host = new Proxy({} as Remote<WorkbenchCalls>, {
  get: (_, name) =>
    typeof name === 'string' && name !== 'then'
      ? (...args: unknown[]) => call(name as keyof WorkbenchCalls, args)
      : undefined,
})

async function call(name: keyof WorkbenchCalls, args: unknown[]): Promise<unknown> {
  if (connectionState.value === 'lost') throw new Error('The host cannot be reached; Anneal keeps trying.')
  if (!current) await new Promise<void>((resolve) => waiting.push(resolve))
  const remote = current as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  return remote[name]!(...args)
}

/** Calls the listener now if there is a connection, and at every new one: to read again what may have changed. */
export function onOpen(listener: () => void): () => void {
  openListeners.add(listener)
  if (connectionState.value === 'open') listener()
  return () => void openListeners.delete(listener)
}

/** Connects, and connects again whenever the connection is lost; never returns. */
export async function stayConnected(): Promise<never> {
  for (let failures = 0; ; failures++) {
    const port = await openPort('host').catch(() => undefined)
    if (port) {
      failures = 0
      await useUntilClosed(port)
    }
    connectionState.value = 'lost'
    await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_PAUSE, 250 * 2 ** failures)))
  }
}

function useUntilClosed(port: Port): Promise<void> {
  const closed = new Promise<void>((resolve) => port.onClose(() => resolve()))
  current = connect<WorkbenchCalls, WorkbenchEvents>(port, workbenchEvents).remote
  connectionState.value = 'open'
  connectionCount.value++
  waiting.forEach((go) => go())
  waiting = []
  openListeners.forEach((listener) => listener())
  return closed
}
