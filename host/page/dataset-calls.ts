import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import type { ShownDataset, WorkbenchCalls } from '../../shared/contract/workbench.ts'
import type { RecordKeys } from '../../shared/run-folder/record-keys.ts'
import type { Assistant } from '../training/assistant.ts'
import type { ClassNames } from '../datasets/class-names.ts'
import { suggestName, type ListedDataset } from '../datasets/datasets.ts'
import { PACE, Throttle } from '../../shared/rpc/throttle.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'

export interface DatasetParts {
  readonly workbench: Workbench
  readonly assistant: Assistant
  readonly classNames: ClassNames
  readonly pages: Broadcast
}

/** The calls about datasets. */
export function datasetCalls({ workbench, assistant, classNames, pages }: DatasetParts) {
  const { datasets } = workbench
  const changed = () => pages.send('datasetsChanged')
  const shown = (dataset: ListedDataset, problem?: string): ShownDataset => ({
    ...dataset,
    ...(problem !== undefined && { problem }),
    classNames: classNames.of(dataset.name),
  })
  return {
    async listDatasets() {
      const listed = datasets.list()
      const problems = await datasets.problemsOf(listed)
      return listed.map((dataset, i) => shown(dataset, problems[i]))
    },
    async addDataset(path, wanted, records?: RecordKeys) {
      const name = wanted ?? (await suggestName(path))
      const added = await workbench.addDataset(name, path, { records })
      changed()
      return shown({ name, root: added.root, ...(added.records && { records: added.records }), bundled: false })
    },
    async removeDataset(name) {
      const { root } = await datasets.remove(name)
      await assistant.forget(root)
      await classNames.forget(name)
      changed()
    },
    async nameClasses(name, names) {
      await datasets.resolveName(name)
      await classNames.set(name, names)
      changed()
    },
    async checkDataset(name) {
      const { root } = await datasets.resolveName(name)
      const report = await workbench.checkDataset(root, toldAs(name, pages))
      await assistant.forget(root)
      return report
    },
  } satisfies Partial<WorkbenchCalls>
}

/** What was decided of the labels of datasets. */
export function correctionCalls(workbench: Workbench) {
  return {
    async readCorrections(name) {
      const corrections = await workbench.correctionsOf(name)
      return { file: corrections.path, corrections: corrections.list() }
    },
    decideLabel: async (name, decision) => (await workbench.correctionsOf(name)).set(decision),
  } satisfies Partial<WorkbenchCalls>
}

/** What tells the pages how far a check is. */
function toldAs(name: string, pages: Broadcast): (progress: TrainerProgress) => void {
  const throttle = new Throttle<{ done: number; total: number }>(PACE, ({ done, total }) =>
    pages.send('datasetProgress', name, done, total),
  )
  return (progress) => {
    if (progress.phase === 'checking') throttle.add(progress)
  }
}
