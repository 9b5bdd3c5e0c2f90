import type { z } from 'zod'
import { workbenchCalls, type WorkbenchCalls, type WorkbenchEvents } from '../../shared/contract/workbench.ts'
import { UsageError } from '../../shared/errors.ts'
import { connect } from '../../shared/rpc/connect.ts'
import type { Port } from '../../shared/rpc/port.ts'
import type { Notify } from './broadcast.ts'

type Handler = (...args: unknown[]) => Promise<unknown>
type CallName = keyof typeof workbenchCalls

/** Serves the calls to a page, whose arguments are checked once, here. Returns what tells the page of events. */
export function connectPage(port: Port, calls: WorkbenchCalls): Notify {
  return connect<WorkbenchEvents, Record<string, Handler>>(port, checkedCalls(calls)).notify
}

/** The calls of the contract and no others. */
export function checkedCalls(calls: WorkbenchCalls): Record<string, Handler> {
  const names = Object.keys(workbenchCalls) as CallName[]
  return Object.fromEntries(names.map((name) => [name, checked(name, calls[name] as Handler)]))
}

const checked =
  (name: CallName, handler: Handler): Handler =>
  async (...given) => {
    const parsed = workbenchCalls[name].args.safeParse(given)
    if (!parsed.success) throw new UsageError(`The call ${name} was made wrongly: ${describe(parsed.error)}.`)
    return handler(...parsed.data)
  }

function describe({ issues }: z.ZodError): string {
  const { path, message } = issues[0]!
  return path.length === 0
    ? message
    : `argument ${path.map((part, i) => (i === 0 ? Number(part) + 1 : String(part))).join('.')}, ${message}`
}
