import { existsSync } from 'node:fs'
import { resolveRecipe } from '../shared/recipe/resolve.ts'
import type { Workbench } from './workbench.ts'
import type { WorkbenchHost } from './workbench-host.ts'

/**
 * Opens the workbench of a home. One that has never held a run gets a first one: the demo, on the dataset that comes
 * with Anneal, so that there is something to watch.
 */
export function withFirstRun(workbench: Workbench, open: () => WorkbenchHost): WorkbenchHost {
  const isNew = !existsSync(workbench.home.runs)
  const host = open()
  if (isNew)
    host.calls
      .startRun(resolveRecipe({ preset: 'demo' }))
      .catch((error: unknown) =>
        host.complain(`The demo run could not be started: ${error instanceof Error ? error.message : String(error)}`),
      )
  return host
}
