import type { WorkbenchCalls } from '../../shared/contract/workbench.ts'
import type { Assistant } from '../training/assistant.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'
import { BuildFetch } from './build-fetch.ts'
import { inTurn } from './in-turn.ts'

export interface SettingsParts {
  readonly workbench: Workbench
  readonly assistant: Assistant
  readonly pages: Broadcast
}

/**
 * The calls about what is set for all runs, and about what lies on this machine.
 * @param machineChanged what was known of its devices may be so no more
 */
export function settingsCalls({ workbench, assistant, pages }: SettingsParts, machineChanged: () => void) {
  const { settings, caches } = workbench
  /** The next question starts a trainer with the build that counts now. */
  const buildsChanged = () => {
    machineChanged()
    assistant.end()
  }
  const fetching = new BuildFetch(workbench.builds, pages, buildsChanged)
  return {
    readSettings: () => inTurn(() => settings.read()),
    async changeSettings(change) {
      const before = settings.read()
      await settings.change((content) => ({ ...content, ...change }))
      const after = settings.read()
      if (after.build !== before.build || after.threads !== before.threads) buildsChanged()
      pages.send('settingsChanged', after)
      return after
    },
    listBuilds: () => inTurn(() => fetching.state()),
    fetchBuild: (name, options) => inTurn(() => fetching.begin(name, options)),
    stopFetching: () => inTurn(() => fetching.stop()),
    async removeBuild(name) {
      fetching.checkIdle()
      await workbench.removeBuild(name)
      buildsChanged()
      pages.send('buildsChanged', fetching.state())
    },
    describeStorage: () => caches.describe(),
    clearCache: (name) => workbench.clearCache(name),
  } satisfies Partial<WorkbenchCalls>
}
