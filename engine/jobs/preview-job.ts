import { LRUCache } from 'lru-cache'
import type { PreviewedSample, PreviewSamplesRequest } from '../../shared/contract/preview.ts'
import type { CheckDatasetRequest, HoldOut, ImageList, ThumbnailsRequest } from '../../shared/contract/trainer.ts'
import type { Split } from '../../shared/recipe/split.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { openIndex, type DatasetIndex } from '../dataset/index.ts'
import { previewSamples, thumbnails } from '../pipeline/index.ts'
import type { Report } from './report.ts'

/** As many are kept: one of a million images takes a tenth of a gigabyte. */
const MOST_INDEXES = 4

/** Answers questions about datasets, one after the other; keeps the indexes that it was asked for last. */
export class Preview {
  readonly #indexes = new LRUCache<string, DatasetIndex>({ max: MOST_INDEXES })

  /** The readable images of a dataset, reading its folder anew. */
  async listImages(request: CheckDatasetRequest, report: Report): Promise<ImageList> {
    const { root, classes, splits } = await this.#open(request, report, request.holdOut)
    const columns = (split: Split) => ({ paths: [...splits[split].paths], labels: splits[split].labels })
    return { root, classes, splits: { train: columns('train'), val: columns('val') } }
  }

  async samples(request: PreviewSamplesRequest, report: Report): Promise<PreviewedSample[]> {
    return previewSamples({ ...request, index: await this.#listed(request, report, request.recipe.data) })
  }

  async thumbnails(request: ThumbnailsRequest, report: Report): Promise<Uint8Array[]> {
    return thumbnails(await this.#listed(request, report, request.holdOut), request)
  }

  /** As it was last listed, if it was. */
  async #listed(
    request: Pick<CheckDatasetRequest, 'root' | 'cacheFolder'>,
    report: Report,
    split?: HoldOut,
  ): Promise<DatasetIndex> {
    return this.#indexes.get(keyOf(request.root, split)) ?? this.#open(request, report, split)
  }

  async #open(
    { root, cacheFolder }: Pick<CheckDatasetRequest, 'root' | 'cacheFolder'>,
    report: Report,
    split?: HoldOut,
  ): Promise<DatasetIndex> {
    const index = await openIndex(root, cacheFolder, (done, total) => report({ phase: 'checking', done, total }), split)
    this.#indexes.set(keyOf(root, split), index)
    return index
  }
}

/** The same folder is split otherwise by another recipe. */
const keyOf = (root: string, { validationShare, splitSeed }: HoldOut = parseRecipe({}).data) =>
  `${validationShare} ${splitSeed} ${root}`
