import { createBirpc } from 'birpc'
import { toErrorRecord } from '../errors.ts'
import { readMessage } from './message.ts'
import type { Port } from './port.ts'

type Functions<T> = { readonly [K in keyof T]: (...args: never[]) => unknown }

/** The other side's functions: each returns a promise. */
export type Remote<T extends Functions<T>> = {
  readonly [K in keyof T]: (...args: Parameters<T[K]>) => Promise<Awaited<ReturnType<T[K]>>>
}

/** One end of a connection. */
export interface Connection<T extends Functions<T>> {
  /** Calls wait as long as the other side takes; they fail with its error, or when it is gone. */
  readonly remote: Remote<T>
  /** Calls without waiting; that the other side is gone is no error. */
  readonly notify: <K extends keyof T>(name: K, ...args: Parameters<T[K]>) => void
}

/**
 * Joins the two ends of a port. The other side can call the own functions of `local`, nothing it inherits.
 * Errors arrive as their own class.
 */
export function connect<RemoteFunctions extends Functions<RemoteFunctions>, Local extends Functions<Local>>(
  port: Port,
  local: Local,
): Connection<RemoteFunctions> {
  let closed: Error | undefined
  const rpc = createBirpc<Record<string, (...args: unknown[]) => unknown>, Local, false>(local, {
    proxify: false,
    bind: 'functions',
    timeout: -1,
    post: (message) => {
      if (closed) throw closed
      return port.post(message)
    },
    on: (listener) =>
      port.onMessage((arrived) => {
        const message = readMessage(arrived)
        // A promise: until the answer has left.
        const answered: unknown = message && listener(message)
        return answered
      }),
    serialize: packError,
    resolver: (name) => ownFunction(local, name),
    // With a function's name: its answer could not be sent. The caller is told, or is gone.
    onGeneralError: (_error, name) => name !== undefined,
  })
  port.onClose((reason = new Error('The other process is gone.')) => {
    closed = reason
    void rpc.$rejectPendingCalls(({ reject }) => reject(reason))
  })
  return {
    remote: remoteFunctions(rpc.$call) as Remote<RemoteFunctions>,
    notify: (name, ...args) => void rpc.$callEvent(name as string, ...args).catch(() => undefined),
  }
}

type Call = (name: string, ...args: unknown[]) => Promise<unknown>

function remoteFunctions(call: Call): unknown {
  // A promise is recognised by its `then`: without this an `await` of the remote would be a call.
  return new Proxy(
    {},
    {
      get: (_, name) =>
        typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => call(name, ...args) : undefined,
    },
  )
}

function ownFunction(local: object, name: string): ((...args: unknown[]) => unknown) | undefined {
  const value: unknown = Object.hasOwn(local, name) ? local[name as keyof typeof local] : undefined
  return typeof value === 'function' ? (value as (...args: unknown[]) => unknown) : undefined
}

function packError(message: { readonly e?: unknown }): unknown {
  return message.e === undefined ? message : { ...message, e: toErrorRecord(message.e) }
}
