import { DatasetError } from '../../shared/errors.ts'
import type { Dataset, Datasets } from '../datasets/datasets.ts'

/**
 * The dataset of a name, or of a folder that has a name: a page cannot make the host read any other folder.
 * Throws `DatasetError`.
 */
export async function knownDataset(datasets: Datasets, nameOrRoot: string): Promise<Dataset> {
  const byRoot = datasets.list().find(({ root }) => root === nameOrRoot)
  if (byRoot) return datasets.resolve(byRoot.name)
  if (/[/\\]/.test(nameOrRoot))
    throw new DatasetError(`The folder ${nameOrRoot} is not among the datasets; add it first.`)
  return datasets.resolveName(nameOrRoot)
}
