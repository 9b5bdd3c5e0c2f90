import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import { RunError } from '../../shared/errors.ts'
import { keptModel, type EvaluatedNetwork } from '../runs/evaluated-models.ts'
import { lastValidation, storedEvaluations, type StoredEvaluation } from '../runs/run-folder.ts'
import { readRun, type StoredRun } from '../runs/run-store.ts'
import { evaluationPlace, type ImageSearch } from '../training/evaluation-place.ts'
import type { Workbench } from '../workbench.ts'
import { knownDataset } from './known-dataset.ts'

/** An evaluation of a run of the home, or of a SavedModel, by its name. Throws `RunError` where there is none. */
export function knownEvaluation(
  { runs, home }: Workbench,
  id: string,
  name: string,
): [EvaluatedNetwork, StoredEvaluation] {
  const network = keptModel(home, id) ?? readRun(runs.folderOf(id))
  const { folder } = network
  const evaluation = [...storedEvaluations(folder), lastValidation(folder)].find((one) => one?.name === name)
  if (!evaluation) throw new RunError(`${id} has no evaluation ${name}; it may have been deleted.`)
  return [network, evaluation]
}

/** The same, and where its images are: those of a dataset that a page may see. */
export async function placeOfEvaluation(workbench: Workbench, id: string, name: string): Promise<EvaluationPlace> {
  return evaluationPlace(...knownEvaluation(workbench, id, name), knownImages(workbench))
}

/** Among the datasets that a page may see. */
export function knownImages(workbench: Workbench): ImageSearch {
  const known = (root: string) => knownDataset(workbench.datasets, root)
  return {
    cacheFolder: () => workbench.home.ensure('cache'),
    own: async (run) => known(await ownPlace(workbench, run)),
    other: known,
  }
}

/** The run's own folder; where a page may not see that, the dataset that has its name now. */
async function ownPlace(workbench: Workbench, run: Pick<StoredRun, 'record'>): Promise<string> {
  const { name, root } = await workbench.datasetOf(run)
  const known = workbench.datasets.list()
  return known.some((one) => one.root === root) || !known.some((one) => one.name === name) ? root : name
}
