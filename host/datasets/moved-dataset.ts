import { readdirSync, statSync } from 'node:fs'
import { DatasetError } from '../../shared/errors.ts'
import { silentPlaces } from '../machine/silent-places.ts'
import { doesNotAnswer, type Dataset, type Datasets } from './datasets.ts'

/**
 * Where the dataset of a run lies now: where it was, or where that is gone, what has its name now; a trainer says
 * whether the images are the same. Throws `DatasetError` where there is neither.
 */
export async function findAgain(datasets: Datasets, kept: Dataset): Promise<Dataset> {
  const named = datasets.list().find(({ name }) => name === kept.name)
  const silent = await silentPlaces([kept.root, ...(named ? [named.root] : [])])
  const found = look(kept.root, silent)
  if (found === 'there') return kept
  if (named && named.root !== kept.root && look(named.root, silent) === 'there') return inPlaceOf(kept, named)
  // Only a trainer can say what is wrong with it.
  if (found === 'empty') return kept
  if (found === 'silent') throw new DatasetError(doesNotAnswer(kept.root))
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
function look(root: string, silent: ReadonlySet<string>): 'there' | 'empty' | 'gone' | 'silent' {
  if (silent.has(root)) return 'silent'
  try {
    return statSync(root).isDirectory() && readdirSync(root).length === 0 ? 'empty' : 'there'
  } catch {
    return 'gone'
  }
}
