import { shallowReactive } from 'vue'
import type { ImagePage } from '../../shared/contract/images.ts'
import { sentence } from '../ui/sentence.ts'

export type ListedImage = ImagePage['images'][number]

const PAGE = 500

/** A long list of images of which only the pages that were looked at are known. */
export class ImagePages {
  readonly state = shallowReactive<{
    total: number
    classes: readonly string[]
    problem?: string | undefined
    ready: boolean
  }>({ total: 0, classes: [], ready: false })
  readonly #pages = shallowReactive(new Map<number, ImagePage['images']>())
  readonly #asked = new Set<number>()
  readonly #load: (offset: number, limit: number) => Promise<ImagePage>

  constructor(load: (offset: number, limit: number) => Promise<ImagePage>) {
    this.#load = load
  }

  /** Undefined while its page is not there. */
  at(position: number): ListedImage | undefined {
    return this.#pages.get(Math.floor(position / PAGE))?.[position % PAGE]
  }

  /** Loads what is missing of the positions from `first` up to but not including `end`. */
  async show(first: number, end: number): Promise<void> {
    const pages: Promise<void>[] = []
    for (let page = Math.floor(first / PAGE); page * PAGE < Math.max(end, first + 1); page++) {
      if (!this.#asked.has(page)) pages.push(this.#read(page))
    }
    await Promise.all(pages)
  }

  async #read(page: number) {
    this.#asked.add(page)
    try {
      const { images, total, classes } = await this.#load(page * PAGE, PAGE)
      this.#pages.set(page, images)
      Object.assign(this.state, { total, classes, problem: undefined, ready: true })
    } catch (error) {
      this.#asked.delete(page)
      this.state.problem = sentence(error)
    }
  }
}
