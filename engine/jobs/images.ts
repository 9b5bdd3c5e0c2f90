import { LRUCache } from 'lru-cache'
import type { ImageCalls, ImageEvents, ImagePage, ShownSample } from '../../shared/contract/images.ts'
import type { DatasetOf, HoldOut } from '../../shared/contract/trainer.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { DatasetFacts } from '../../shared/recipe/warnings.ts'
import { openDataset, type DatasetIndex } from '../dataset/index.ts'
import { previewSamples, thumbnails } from '../pipeline/index.ts'
import { datasetFacts } from './dataset-facts.ts'
import { pageOf } from './image-page.ts'

/** As many are kept: one of a million images takes a tenth of a gigabyte. */
const MOST_INDEXES = 4

type OnListing = ImageEvents['listingProgress']
type Wanted<K extends keyof ImageCalls> = Parameters<ImageCalls[K]>[0]

interface Known {
  readonly index: DatasetIndex
  readonly facts: DatasetFacts
}

/** Answers questions about the images of datasets, and keeps the lists of them that it was asked for last: nobody else does. */
export class Images {
  readonly #indexes = new LRUCache<string, Known>({ max: MOST_INDEXES })
  #last: Promise<unknown> = Promise.resolve()

  constructor(private readonly datasetOf: DatasetOf) {}

  /** The calls of somebody who is told how far a listing is. They wait for each other, whoever makes them: they are quick, and share the processor. */
  calls(onListing: OnListing): ImageCalls {
    return {
      describeDataset: ({ dataset, holdOut }) =>
        this.inTurn(async () => (await this.#open(dataset, holdOut, onListing)).facts),
      listImages: (wanted) => this.inTurn(() => this.#list(wanted, onListing)),
      thumbnails: (wanted) => this.inTurn(() => this.#thumbnails(wanted, onListing)),
      previewSamples: (wanted) => this.inTurn(() => this.#samples(wanted, onListing)),
    }
  }

  /** Does what is asked after all that was asked before. */
  inTurn<R>(work: () => Promise<R>): Promise<R> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }

  /** Reads the folder anew when it is asked about next. */
  forget(root: string): void {
    for (const [key, { index }] of [...this.#indexes.entries()]) if (index.root === root) this.#indexes.delete(key)
  }

  async #list({ dataset, holdOut, ...wanted }: Wanted<'listImages'>, onListing: OnListing): Promise<ImagePage> {
    return pageOf((await this.#open(dataset, holdOut, onListing)).index, wanted)
  }

  async #thumbnails({ dataset, holdOut, ...wanted }: Wanted<'thumbnails'>, onListing: OnListing) {
    return thumbnails((await this.#open(dataset, holdOut, onListing)).index, wanted)
  }

  async #samples({ recipe, ...wanted }: Wanted<'previewSamples'>, onListing: OnListing): Promise<ShownSample[]> {
    const { index } = await this.#open(recipe.data.dataset, recipe.data, onListing)
    const samples = await previewSamples({ index, recipe, ...wanted })
    return samples.map((sample) => ({
      ...sample,
      className: index.classes[sample.label]!,
      ...(sample.mixed && { partnerClass: index.classes[sample.mixed.partnerLabel]! }),
    }))
  }

  async #open(
    nameOrRoot: string,
    { validationShare, splitSeed }: HoldOut = parseRecipe({}).data,
    onListing: OnListing,
  ): Promise<Known> {
    const { root, cacheFolder, records } = await this.datasetOf(nameOrRoot)
    // The same folder is split otherwise by another recipe.
    const key = JSON.stringify([root, records, validationShare, splitSeed])
    const known = this.#indexes.get(key)
    if (known) return known
    const opened = await openDataset(root, cacheFolder, {
      onProgress: (done, total) => onListing(nameOrRoot, done, total),
      split: { validationShare, splitSeed },
      records,
    })
    // Not what was found out on the way, which is as large again.
    const found = { index: opened.index, facts: datasetFacts(opened) }
    this.#indexes.set(key, found)
    return found
  }
}
