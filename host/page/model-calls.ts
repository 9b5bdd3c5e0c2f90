import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import type { WorkbenchCalls } from '../../shared/contract/workbench.ts'
import { storedEvaluations } from '../runs/run-folder.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'
import { inTurn } from './in-turn.ts'
import { keptReport } from './kept-report.ts'
import { knownDataset } from './known-dataset.ts'
import { ProgressPace } from './progress-pace.ts'
import { named } from './shown-runs.ts'

/** The calls about SavedModels. */
export function modelCalls({ workbench, pages }: { readonly workbench: Workbench; readonly pages: Broadcast }) {
  return {
    listEvaluatedModels: () =>
      inTurn(() =>
        workbench.savedModels
          .list()
          .map(({ id, folder }) => ({ id, evaluations: storedEvaluations(folder).map(named) })),
      ),
    async evaluateModel(model, wanted, split, choices, told) {
      const { name: dataset } = await knownDataset(workbench.datasets, wanted)
      const pace = new ProgressPace((progress) => pages.send('modelProgress', model, progress))
      const onProgress = (progress: TrainerProgress) => pace.add(progress)
      const { network, report } = await workbench.savedModels
        .evaluate(model, { ...choices, dataset, ...(split && { split }), told, onProgress })
        .finally(() => pace.flush())
      keptReport(report)
      const isThis = (other: typeof report) => other.dataset === report.dataset && other.split === report.split
      const stored = storedEvaluations(network.folder).find((one) => isThis(one.report))
      return { run: network.id, evaluation: stored!.name }
    },
  } satisfies Partial<WorkbenchCalls>
}
