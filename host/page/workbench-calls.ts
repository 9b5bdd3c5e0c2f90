import type { MachineDescription } from '../../shared/contract/trainer.ts'
import { gpuVerdict } from '../../shared/contract/gpu-verdict.ts'
import type { Welcome, WorkbenchCalls } from '../../shared/contract/workbench.ts'
import { correctionCalls, datasetCalls, type DatasetParts } from './dataset-calls.ts'
import { withKnownPlaces } from './known-places.ts'
import { withPlaces } from '../runs/recipe-places.ts'
import { runCalls, type RunParts } from './run-calls.ts'
import { settingsCalls } from './settings-calls.ts'

export interface WorkbenchParts extends DatasetParts, RunParts {
  readonly welcome: Welcome
}

/** Steps enough for an estimate: somebody waits for them. */
const MEASURED = { warmup: 1, steps: 3 }

/** Everything that a page can ask: its arguments have been checked. */
export function createWorkbenchCalls(parts: WorkbenchParts): WorkbenchCalls {
  let machine: Promise<MachineDescription> | undefined
  return {
    welcome: () => Promise.resolve(parts.welcome),
    describeMachine() {
      // Devices do not change while the program runs; a failure is looked into again.
      machine ??= parts.assistant
        .ask((calls) => calls.describeMachine())
        .catch((error: unknown) => {
          machine = undefined
          throw error
        })
      return machine
    },
    // In turn, so that what is wrong with the places of a recipe fails as a promise too.
    describeModel: (recipe, classes) =>
      parts.assistant.ask((calls) =>
        calls.describeModel({
          recipe: withPlaces(withKnownPlaces(recipe, parts.workbench.home), parts.workbench.runs),
          classes,
        }),
      ),
    async measureSpeed(recipe, classes) {
      const { imagesPerSecond } = await parts.workbench.benchmark(
        'train',
        withKnownPlaces(recipe, parts.workbench.home),
        { classes, ...MEASURED },
      )
      return { imagesPerSecond }
    },
    ...datasetCalls(parts),
    ...correctionCalls(parts.workbench),
    ...runCalls(parts),
    ...settingsCalls(parts, () => (machine = undefined)),
    describeGpu: async () => gpuVerdict(await parts.workbench.describeGpu()),
  }
}
