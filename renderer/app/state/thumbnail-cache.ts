import { LRUCache } from 'lru-cache'
import { shallowReactive } from 'vue'
import { sentence } from '../../ui/sentence.ts'

/** Loads the images of samples, in the order asked for; an empty one where the file is gone. */
type LoadThumbnails = (samples: number[]) => Promise<readonly Uint8Array[]>

const BATCH = 48

/**
 * Addresses of thumbnails by sample. One request is under way at a time, and the next asks for what is wanted by
 * then: what was scrolled past is never asked for. Beyond `limit`, those are let go whose wish is longest ago.
 */
export class ThumbnailCache {
  /** Empty where the file is gone. */
  readonly urls = shallowReactive(new Map<number, string>())
  readonly problem = shallowReactive<{ message?: string | undefined }>({})
  /** The same addresses, the last wanted first. */
  readonly #kept: LRUCache<number, string>
  #wanted: readonly number[] = []
  #loading = false
  #disposed = false

  readonly #load: LoadThumbnails

  constructor(load: LoadThumbnails, limit = 1500) {
    this.#load = load
    this.#kept = new LRUCache({ max: limit, dispose: (url, sample) => this.#letGo(url, sample) })
  }

  /** Replaces what was wanted before; of more than the limit only the first are loaded. */
  want(samples: readonly number[]): Promise<void> {
    this.#wanted = samples.slice(0, this.#kept.max)
    this.#missing()
    return this.#loading ? Promise.resolve() : this.#loadWanted()
  }

  dispose(): void {
    this.#disposed = true
    this.#kept.clear()
  }

  async #loadWanted() {
    this.#loading = true
    try {
      for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch())
        this.#keep(batch, await this.#load(batch))
      this.problem.message = undefined
    } catch (error) {
      this.problem.message = sentence(error)
    } finally {
      this.#loading = false
    }
  }

  #nextBatch(): number[] {
    return this.#disposed ? [] : this.#missing().slice(0, BATCH)
  }

  /** What is wanted and not there; what is there is marked as wanted now. */
  #missing(): number[] {
    return this.#wanted.filter((sample) => this.#kept.get(sample) === undefined)
  }

  #keep(samples: readonly number[], images: readonly Uint8Array[]) {
    if (this.#disposed) return
    samples.forEach((sample, i) => {
      const url = addressOf(images[i])
      this.#kept.set(sample, url)
      this.urls.set(sample, url)
    })
  }

  #letGo(url: string, sample: number) {
    if (url) URL.revokeObjectURL(url)
    this.urls.delete(sample)
  }
}

/** Of a JPEG file, to be revoked later; empty of an empty one. */
export function addressOf(image: Uint8Array | undefined): string {
  return image?.length ? URL.createObjectURL(new Blob([image as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' })) : ''
}
