import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import { DatasetError } from '../../shared/errors.ts'
import type { Dataset, Datasets } from '../datasets/datasets.ts'
import type { Home } from '../machine/home.ts'
import type { EvaluatedNetwork } from '../runs/evaluated-models.ts'
import type { StoredEvaluation } from '../runs/run-folder.ts'
import type { StoredRun } from '../runs/run-store.ts'

/** Where the images of an evaluation are looked for. */
export interface ImageSearch {
  readonly cacheFolder: () => string
  /** Where the run's own are now. Throws `DatasetError` where they are not found, as {@link other} does. */
  readonly own: (run: Pick<StoredRun, 'record'>) => Promise<Pick<Dataset, 'root' | 'records'>>
  /** Others, by their folder. */
  readonly other: (root: string) => Promise<Pick<Dataset, 'root' | 'records'>>
}

/** Anywhere: for who may name any folder. */
export const imagesIn = (home: Home, datasets: Datasets, own: ImageSearch['own']): ImageSearch => ({
  cacheFolder: () => home.ensure('cache'),
  own,
  other: (root) => datasets.resolve(root),
})

/** Where an evaluation is, and its images, or why they are not found. */
export async function evaluationPlace(
  { folder, record }: EvaluatedNetwork,
  { path, report }: StoredEvaluation,
  { cacheFolder, own, other }: ImageSearch,
): Promise<EvaluationPlace> {
  const place = { runFolder: folder, folder: path, cacheFolder: cacheFolder() }
  const isOwn = report.dataset === record?.dataset.root
  try {
    const { root, records } = await (record && isOwn ? own({ record }) : other(report.dataset))
    return { ...place, images: { source: { root, ...(records && { records }) }, isOwn } }
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error
    return { ...place, imagesProblem: error.message }
  }
}
