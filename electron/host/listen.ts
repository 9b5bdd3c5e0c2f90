import type { WorkbenchHost } from '../../host/workbench-host.ts'
import type { WorkbenchEvents } from '../../shared/contract/workbench.ts'

/** Hears some of what the host tells its pages. */
export function listenTo(host: WorkbenchHost, events: Partial<WorkbenchEvents>): void {
  host.listen((name, ...args) => (events[name] as ((...args: unknown[]) => void) | undefined)?.(...args))
}
