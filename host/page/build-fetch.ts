import type { BuildName, FetchProgress } from '../../shared/contract/builds.ts'
import type { BuildsState } from '../../shared/contract/settings.ts'
import { UsageError } from '../../shared/errors.ts'
import { Throttle } from '../../shared/rpc/throttle.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'

/** Milliseconds between two looks of the pages: each looks at the builds' files. */
const PACE = 250

interface FetchRequest {
  readonly mirror?: string | undefined
  readonly repair?: boolean | undefined
}

interface Current {
  readonly name: BuildName
  readonly stop: AbortController
  said?: string
  progress?: FetchProgress
}

/** Fetches builds for the pages, one at a time. It goes on without a page, and ends with the host. */
export class BuildFetch {
  #current: Current | undefined
  #failure: BuildsState['failure']
  readonly #pace = new Throttle<void>(PACE, () => this.pages.send('buildsChanged', this.state()))

  /** @param onFetched a build is there that was not */
  constructor(
    private readonly builds: Workbench['builds'],
    private readonly pages: Broadcast,
    private readonly onFetched: () => void,
  ) {}

  state(): BuildsState {
    const { name, said, progress } = this.#current ?? {}
    return {
      builds: this.builds.list(),
      ...(name && { fetching: { name, ...(said && { said }), ...(progress && { progress }) } }),
      ...(this.#failure && { failure: this.#failure }),
    }
  }

  /** Throws `UsageError` while another one is fetched, and `TensorFlowLibraryError` where the mirror is none. */
  begin(name: BuildName, request: FetchRequest): void {
    this.checkIdle()
    const current: Current = { name, stop: new AbortController() }
    const { signal } = current.stop
    const onProgress = (progress: FetchProgress) => {
      current.progress = progress
      this.#pace.add()
    }
    const say = (line: string) => {
      current.said = line
      this.#pace.add()
    }
    const fetched = this.builds.fetch(name, { ...request, say, onProgress, signal })
    this.#current = current
    this.#failure = undefined
    this.#pace.add()
    void fetched
      .then(this.onFetched)
      .catch((error: unknown) => this.#failed(current, error))
      .finally(() => this.#ended())
  }

  stop(): void {
    this.#current?.stop.abort()
  }

  /** Throws `UsageError` while one is fetched. */
  checkIdle(): void {
    if (this.#current)
      throw new UsageError(`The ${this.#current.name} build is being fetched; wait, or stop that first.`)
  }

  #failed({ name, stop }: Current, error: unknown): void {
    if (stop.signal.aborted) return
    this.#failure = { name, sentence: error instanceof Error ? error.message : String(error) }
  }

  #ended(): void {
    this.#current = undefined
    this.#pace.add()
  }
}
