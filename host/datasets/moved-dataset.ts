import { readdirSync, statSync } from 'node:fs'
import { DatasetError } from '../../shared/errors.ts'
import type { Dataset, Datasets } from './datasets.ts'

/**
 * Where the dataset of a run lies now: where it was, or where that is gone, what has its name now; a trainer says
 * whether the images are the same. Throws `DatasetError` where there is neither.
 */
export function findAgain(datasets: Datasets, kept: Dataset): Dataset {
  if (look(kept.root) === 'there') return kept
  const named = datasets.list().find(({ name }) => name === kept.name)
  if (named && named.root !== kept.root && look(named.root) === 'there') return inPlaceOf(kept, named)
  // Only a trainer can say what is wrong with it.
  if (look(kept.root) === 'empty') return kept
  throw new DatasetError(
    `The run's dataset ${kept.name} is no longer in ${kept.root}; ${named ? `remove ${kept.name} from the datasets and ` : ''}add the moved folder under the name ${kept.name}, or on the command line name it with --dataset.`,
  )
}

/** Another place for the dataset of a run, which keeps its name. */
export const inPlaceOf = (kept: Dataset, { root, records = kept.records }: Dataset): Dataset => ({
  name: kept.name,
  root,
  ...(records && { records }),
})

/** An empty folder is what is left where a disk is not mounted. */
function look(root: string): 'there' | 'empty' | 'gone' {
  try {
    return statSync(root).isDirectory() && readdirSync(root).length === 0 ? 'empty' : 'there'
  } catch {
    return 'gone'
  }
}
