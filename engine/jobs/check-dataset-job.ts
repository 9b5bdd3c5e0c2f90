import type { CheckDatasetRequest, DatasetReport } from '../../shared/contract/trainer.ts'
import { openIndex, reportOf } from '../data/index.ts'
import type { Report } from './train-job.ts'

/** Reads a dataset folder, decoding what is new, and says what is in it. */
export async function checkDataset({ root, cacheFolder }: CheckDatasetRequest, report: Report): Promise<DatasetReport> {
  return reportOf(await openIndex(root, cacheFolder, (done, total) => report({ phase: 'checking', done, total })))
}
