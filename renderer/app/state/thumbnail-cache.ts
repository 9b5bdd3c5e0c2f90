import { shallowReactive } from 'vue'
import { sentence } from '../../ui/sentence.ts'

/** Loads the images of samples, in the order asked for; an empty one where the file is gone. */
type LoadThumbnails = (samples: number[]) => Promise<readonly Uint8Array[]>

const BATCH = 48

/**
 * Addresses of thumbnails by sample. One request is under way at a time, and the next asks for what is wanted by
 * then: what was scrolled past is never asked for. Beyond `limit`, the oldest that are not wanted are let go.
 */
export class ThumbnailCache {
  /** Empty where the file is gone. */
  readonly urls = shallowReactive(new Map<number, string>())
  readonly problem = shallowReactive<{ message?: string | undefined }>({})
  #wanted: readonly number[] = []
  #loading = false
  #disposed = false

  readonly #load: LoadThumbnails
  readonly #limit: number

  constructor(load: LoadThumbnails, limit = 1500) {
    this.#load = load
    this.#limit = limit
  }

  /** Replaces what was wanted before. */
  want(samples: readonly number[]): Promise<void> {
    this.#wanted = samples
    return this.#loading ? Promise.resolve() : this.#loadWanted()
  }

  dispose(): void {
    this.#disposed = true
    this.urls.forEach(revoke)
    this.urls.clear()
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
    return this.#disposed ? [] : this.#wanted.filter((sample) => !this.urls.has(sample)).slice(0, BATCH)
  }

  #keep(samples: readonly number[], images: readonly Uint8Array[]) {
    if (this.#disposed) return
    samples.forEach((sample, i) => this.urls.set(sample, addressOf(images[i])))
    const wanted = new Set(this.#wanted)
    for (const [sample, url] of this.urls) {
      if (this.urls.size <= this.#limit) return
      if (wanted.has(sample)) continue
      revoke(url)
      this.urls.delete(sample)
    }
  }
}

function addressOf(image: Uint8Array | undefined): string {
  return image?.length ? URL.createObjectURL(new Blob([image as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' })) : ''
}

function revoke(url: string): void {
  if (url) URL.revokeObjectURL(url)
}
