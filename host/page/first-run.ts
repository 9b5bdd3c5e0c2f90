import type { WorkbenchCalls } from '../../shared/contract/workbench.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'

interface FirstRunHost {
  readonly calls: Pick<WorkbenchCalls, 'startRun'>
  complain(sentence: string): void
}

/** A home that has never held a run gets a first one, so that there is something to watch: the demo, on the dataset that comes with Anneal. */
export function startFirstRun(host: FirstRunHost): void {
  host.calls.startRun(resolveRecipe({ preset: 'demo' })).catch((error: unknown) => {
    host.complain(`The demo run could not be started: ${error instanceof Error ? error.message : String(error)}`)
  })
}
