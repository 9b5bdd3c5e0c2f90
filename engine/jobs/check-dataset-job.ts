import type { DatasetPlace, DatasetReport } from '../../shared/contract/trainer.ts'
import { openDataset, reportOf } from '../dataset/index.ts'
import type { Report } from './report.ts'

/** Reads a dataset, decoding what is new, and says what is in it. */
export async function checkDataset(
  { root, cacheFolder, records }: DatasetPlace,
  report: Report,
): Promise<DatasetReport> {
  return reportOf(
    await openDataset(root, cacheFolder, {
      records,
      describeRaw: true,
      describeProblems: true,
      listAll: true,
      onProgress: (done, total) => report({ phase: 'checking', done, total }),
    }),
  )
}
