import { checkedCalls, type Handler } from '../../shared/contract/calls.ts'
import { workbenchCalls, type WorkbenchCalls, type WorkbenchEvents } from '../../shared/contract/workbench.ts'
import { connect } from '../../shared/rpc/connect.ts'
import type { Port } from '../../shared/rpc/port.ts'
import type { Notify } from './broadcast.ts'

/** Serves the calls to a page, whose arguments are checked once, here. Returns what tells the page of events. */
export function connectPage(port: Port, calls: WorkbenchCalls): Notify {
  return connect<WorkbenchEvents, Record<string, Handler>>(port, checkedCalls(workbenchCalls, calls)).notify
}
