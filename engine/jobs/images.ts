import { LRUCache } from 'lru-cache'
import type { ImageCalls, ImageEvents, ShownSample } from '../../shared/contract/images.ts'
import type { DatasetOf, DatasetPlace, HoldOut } from '../../shared/contract/trainer.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { DatasetFacts } from '../../shared/recipe/warnings.ts'
import { imagesIn, openDataset, type DatasetIndex } from '../dataset/index.ts'
import { previewSamples, thumbnails } from '../pipeline/index.ts'
import { datasetFacts } from './dataset-facts.ts'
import { pageOf } from './image-page.ts'

/** As many are kept: one of a million images takes a tenth of a gigabyte. */
const MOST_INDEXES = 4

/** Milliseconds without a sign after which a turn counts as stuck: samples and thumbnails take seconds, and a listing tells how far it is. */
const STUCK = 30_000

type OnListing = ImageEvents['listingProgress']

interface Known {
  readonly index: DatasetIndex
  readonly facts: DatasetFacts
}

/** Answers questions about the images of datasets, and keeps the lists of them that it was asked for last: nobody else does. */
export class Images {
  readonly #indexes = new LRUCache<string, Known>({ max: MOST_INDEXES })
  #last: Promise<unknown> = Promise.resolve()
  /** Not yet done. */
  #turns = 0
  /** When the one at hand began or told how far it is, in milliseconds. */
  #sign = 0

  constructor(private readonly datasetOf: DatasetOf) {}

  /** The calls of somebody who is told how far a listing is. They wait for each other, whoever makes them: they are quick, and share the processor. */
  calls(onListing: OnListing): ImageCalls {
    return {
      describeDataset: ({ dataset, holdOut }) => this.#with(dataset, holdOut, onListing, ({ facts }) => facts),
      listImages: ({ dataset, holdOut, ...wanted }) =>
        this.#with(dataset, holdOut, onListing, ({ index }) => pageOf(index, wanted)),
      thumbnails: ({ dataset, holdOut, split, ...wanted }) =>
        this.#with(dataset, holdOut, onListing, ({ index }) => thumbnails(imagesIn(index, split), wanted)),
      previewSamples: ({ recipe, ...wanted }) =>
        this.#with(recipe.data.dataset, recipe.data, onListing, ({ index }) => samplesOf(index, { recipe, ...wanted })),
    }
  }

  /** Does what is asked after all that was asked before. */
  inTurn<R>(work: () => Promise<R>): Promise<R> {
    this.#turns++
    const result = this.#last.then(() => {
      this.#sign = performance.now()
      return work()
    })
    this.#last = result.catch(() => undefined).then(() => this.#turns--)
    return result
  }

  /**
   * Resolves: at once, but where the turn at hand is stuck, as on a disk that no longer answers, when that is over. So
   * this process counts as one that does not answer, and is ended: who waits for a turn would wait for ever.
   */
  async ping(): Promise<void> {
    if (this.#turns > 0 && performance.now() - this.#sign > STUCK) await this.#last
  }

  /** Reads the folder anew when it is asked about next. */
  forget(root: string): void {
    for (const [key, { index }] of [...this.#indexes.entries()]) if (index.root === root) this.#indexes.delete(key)
  }

  /** Does something with a dataset. Where it lies is asked before its turn: that takes long where its disk does not answer. */
  async #with<R>(
    nameOrRoot: string,
    holdOut: HoldOut | undefined,
    onListing: OnListing,
    work: (known: Known) => R | Promise<R>,
  ): Promise<R> {
    const place = await this.datasetOf(nameOrRoot)
    const onProgress = (done: number, total: number) => {
      this.#sign = performance.now()
      onListing(nameOrRoot, done, total)
    }
    return this.inTurn(async () => work(await this.#open(place, holdOut, onProgress)))
  }

  async #open(
    { root, cacheFolder, records }: DatasetPlace,
    { validationShare, splitSeed }: HoldOut = parseRecipe({}).data,
    onProgress: (done: number, total: number) => void,
  ): Promise<Known> {
    // The same folder is split otherwise by another recipe.
    const key = JSON.stringify([root, records, validationShare, splitSeed])
    const known = this.#indexes.get(key)
    if (known) return known
    const opened = await openDataset(root, cacheFolder, {
      onProgress,
      split: { validationShare, splitSeed },
      records,
    })
    // Not what was found out on the way, which is as large again.
    const found = { index: opened.index, facts: datasetFacts(opened) }
    this.#indexes.set(key, found)
    return found
  }
}

async function samplesOf(
  index: DatasetIndex,
  wanted: Omit<Parameters<typeof previewSamples>[0], 'index'>,
): Promise<ShownSample[]> {
  const samples = await previewSamples({ index, ...wanted })
  return samples.map((sample) => ({
    ...sample,
    className: index.classes[sample.label]!,
    ...(sample.mixed && { partnerClass: index.classes[sample.mixed.partnerLabel]! }),
  }))
}
