import { LRUCache } from 'lru-cache'
import type { ThumbnailsRequest } from '../../shared/contract/trainer.ts'

const CACHE_BYTES = 64 * 1024 ** 2

type Make = (request: ThumbnailsRequest) => Promise<readonly Uint8Array[]>

/** Small pictures of a dataset's images, kept in memory once they were made. */
export class Thumbnails {
  readonly #cache: LRUCache<string, Uint8Array>

  /** @param maxSize bytes that are kept, of those that were asked for last */
  constructor(maxSize = CACHE_BYTES) {
    this.#cache = new LRUCache({ maxSize, sizeCalculation: (file) => file.length })
  }

  /** In the order asked for; empty where the file is gone or cannot be read. */
  async of(request: ThumbnailsRequest, make: Make): Promise<Uint8Array[]> {
    const keyOf = (sample: number) =>
      JSON.stringify([request.root, request.holdOut, request.split, request.size, sample])
    const known = new Map(request.samples.map((sample) => [sample, this.#cache.get(keyOf(sample))]))
    const samples = [...known.keys()].filter((sample) => !known.get(sample))
    const made = samples.length > 0 ? await make({ ...request, samples }) : []
    samples.forEach((sample, i) => {
      known.set(sample, made[i])
      if (made[i]!.length > 0) this.#cache.set(keyOf(sample), made[i])
    })
    return request.samples.map((sample) => known.get(sample)!)
  }

  forget(): void {
    this.#cache.clear()
  }
}
