import type { PreviewedSample, PreviewSamplesRequest } from '../../shared/contract/preview.ts'
import type { CheckDatasetRequest, ImageList } from '../../shared/contract/trainer.ts'
import type { Split } from '../../shared/run.ts'
import { openIndex, previewSamples, type DatasetIndex } from '../data/index.ts'
import type { Report } from './train-job.ts'

/** Answers questions about datasets, one after the other; keeps the indexes that it was asked for. */
export class Preview {
  readonly #indexes = new Map<string, DatasetIndex>()

  /** The readable images of a dataset, reading its folder anew. */
  async listImages(request: CheckDatasetRequest, report: Report): Promise<ImageList> {
    const { root, classes, splits } = await this.#open(request, report)
    const columns = (split: Split) => ({ paths: splits[split].paths, labels: splits[split].labels })
    return { root, classes, splits: { train: columns('train'), val: columns('val') } }
  }

  async samples(request: PreviewSamplesRequest, report: Report): Promise<PreviewedSample[]> {
    const index = this.#indexes.get(request.root) ?? (await this.#open(request, report))
    return previewSamples({ ...request, index })
  }

  async #open({ root, cacheFolder }: CheckDatasetRequest, report: Report): Promise<DatasetIndex> {
    const index = await openIndex(root, cacheFolder, (done, total) => report({ phase: 'checking', done, total }))
    this.#indexes.set(root, index)
    return index
  }
}
