import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { download, UnreachableError } from '../../host/machine/download.ts'
import { fileSha256 } from '../../storage/hash.ts'
import type { Updates, UpdateSettings, UpdateState } from '../../shared/contract/updates.ts'
import { addressIn, feedFile, fetchFeed, isNewer, UpdateError, type FeedPackage, type PackageKind } from './feed.ts'

/** Milliseconds between two looks at the feed. */
const DAY = 86_400_000

export interface UpdaterOptions {
  /** Of what runs. */
  readonly version: string
  /** Of the package that runs; `undefined` for a clone. */
  readonly kind: PackageKind | undefined
  readonly platform: string
  readonly arch: string
  /** Where packages are kept until they are installed: a folder of this alone. */
  readonly folder: string
  /** Whether a run is at work, which an update never ends. */
  readonly isAtWork: () => Promise<boolean>
  /** Puts a package in the place of what runs. Throws an `UpdateError`. */
  readonly install: (file: string) => Promise<void>
}

/** What a feed has for what runs here. */
interface Found extends FeedPackage {
  readonly version: string
  readonly feed: string
}

/** Updates from a feed that a person has named. */
export class Updater implements Updates {
  #settings: UpdateSettings = { on: false, feed: '' }
  #state: UpdateState = { state: 'off' }
  #found: Found | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #listeners: ((state: UpdateState) => void)[] = []

  constructor(private readonly options: UpdaterOptions) {}

  state(): UpdateState {
    return this.#state
  }

  onChange(listener: (state: UpdateState) => void): void {
    this.#listeners.push(listener)
  }

  configure({ on, feed }: UpdateSettings): void {
    if (on === this.#settings.on && feed === this.#settings.feed) return
    // What is under way is of the settings of before, and ends at its next step.
    this.#settings = { on, feed }
    this.#found = undefined
    clearInterval(this.#timer)
    this.#tell({ state: 'off' })
    if (!this.#isOn) return
    this.#timer = setInterval(() => void this.#checkAgain(), DAY).unref()
    void this.check()
  }

  async check(): Promise<void> {
    if (!this.#isOn || this.#isBusy) return
    if (this.options.platform !== 'linux')
      return this.#tell({
        state: 'unsupported',
        reason: 'Anneal updates itself on Linux only; fetch a newer version by hand.',
      })
    await this.#step({ state: 'checking' }, async (settings) => {
      const file = feedFile(this.options.platform, this.options.arch)
      const { version, packages } = await fetchFeed(settings.feed, file)
      if (settings !== this.#settings) return
      if (!isNewer(version, this.options.version))
        return this.#tell({ state: 'current', version: this.options.version, checked: Date.now() })
      const kind = this.options.kind ?? 'tar.gz'
      const found = packages.find((each) => each.kind === kind)
      if (!found)
        throw new UpdateError(`The feed has Anneal ${version}, but not as a ${kind}; ask the person who makes it.`)
      this.#found = { ...found, version, feed: settings.feed }
      this.#tell({ state: 'available', version, bytes: found.bytes, ...adviceFor(this.options.kind, this.#found) })
    })
  }

  async download(): Promise<void> {
    const found = this.#found
    if (this.#state.state !== 'available' || this.#state.advice !== undefined || !found) return
    const { version, bytes } = found
    await this.#step({ state: 'downloading', version, done: 0, total: bytes }, async (settings) => {
      const file = this.#place(found)
      await download(addressIn(found.feed, found.file).href, file, expected(found), {
        onBytes: (done) => {
          if (settings !== this.#settings) throw new UpdateError('Updates were switched off.')
          this.#tell({ state: 'downloading', version, done, total: bytes })
        },
        refuse: (sentence) => new UpdateError(sentence),
      })
      if (settings === this.#settings) this.#tell({ state: 'ready', version })
    })
  }

  async install(): Promise<void> {
    const found = this.#found
    if (this.#state.state !== 'ready' || !found) return
    const { version } = found
    if (await this.options.isAtWork())
      return this.#tell({ state: 'ready', version, reason: 'A run is at work; install the update when it has ended.' })
    await this.#step({ state: 'installing', version }, async () => {
      const file = this.#place(found)
      // It may have lain there for long.
      if ((await fileSha256(file)) !== found.sha256)
        throw new UpdateError(`${file} is no longer what was fetched; look for updates again.`)
      await this.options.install(file)
      rmSync(file)
      this.#tell({ state: 'installed', version })
    })
  }

  get #isOn(): boolean {
    return this.#settings.on && this.#settings.feed !== ''
  }

  get #isBusy(): boolean {
    return ['checking', 'downloading', 'installing', 'installed'].includes(this.#state.state)
  }

  /** What is on the disk already is not asked for again. */
  async #checkAgain(): Promise<void> {
    if (this.#state.state !== 'ready') await this.check()
  }

  /** The file of a package; whatever else was kept is thrown away, so there is one at most. */
  #place({ file }: Found): string {
    const { folder } = this.options
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder))
      if (name !== file && name !== `${file}.part`) rmSync(join(folder, name), { recursive: true, force: true })
    return join(folder, file)
  }

  /** Tells that work has begun, and what it came to if that is bad. What is of earlier settings is told nobody. */
  async #step(begun: UpdateState, work: (settings: UpdateSettings) => Promise<void>): Promise<void> {
    const settings = this.#settings
    this.#tell(begun)
    try {
      await work(settings)
    } catch (error) {
      if (settings === this.#settings) this.#tell({ state: 'failed', reason: sentenceOf(error) })
    }
  }

  #tell(state: UpdateState): void {
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}

const expected = ({ sha256, bytes }: FeedPackage) => ({ algorithm: 'sha256', sum: sha256, bytes }) as const

function adviceFor(kind: PackageKind | undefined, { feed, file, version }: Found): { advice?: string } {
  if (kind === 'deb') return {}
  if (kind === undefined)
    return { advice: `This is a clone: check out Anneal ${version}, or fetch ${addressIn(feed, file).href}.` }
  return { advice: `Fetch ${addressIn(feed, file).href} and unpack it in place of this folder.` }
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof UnreachableError ? `The update was not fetched: ${message}; try again later.` : message
}
