import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { TrainerProgress } from '../../../shared/contract/trainer.ts'
import { RunError, StorageError, TrainerLostError } from '../../../shared/errors.ts'
import type { RunLength } from '../../../shared/run-folder/length.ts'
import type { ShownStatus } from '../../../shared/run-folder/record.ts'
import { holderName, timeOfDay } from '../../../storage/holder.ts'
import { lockedUntil, takeLock, type HeldLock, type LockHolder } from '../../../storage/lock-file.ts'
import { readRecipe, readRun, type RunStore, type StoredRun } from '../../runs/run-store.ts'
import { isAsLong, lengthSetting } from '../longer-recipe.ts'
import type { RunHandle } from '../run-handle.ts'
import type { Home } from '../../machine/home.ts'
import { QueueFile, type QueueEntry } from './queue-file.ts'
import { changed, enqueued, moved, waiting, without } from './queue-order.ts'

/** What starts the runs of a home. */
export interface RunStarter {
  readonly home: Home
  readonly runs: RunStore
  startPrepared(id: string, onProgress: (progress: TrainerProgress) => void): Promise<RunHandle>
  resume(
    run: StoredRun,
    onProgress: (progress: TrainerProgress) => void,
    options: { readonly settings?: readonly string[] },
  ): Promise<RunHandle>
}

export interface QueueListener {
  onChange(): void
  onStarted(id: string): void
  onProgress(id: string, progress: TrainerProgress): void
  /** Its trainer does not answer since then, in seconds of Unix time; or answers again. */
  onSilence(id: string, since: number | undefined): void
  onEnded(id: string, status: ShownStatus, message: string): void
}

/** Milliseconds between looks at what other hosts have done. */
const LOOK = 500
/** Seconds between signs of the owner's life, for hosts on other machines. */
const RENEW = 30

/**
 * Runs wait for the device, one at a time. Of the hosts on a home the first one owns the queue and starts what
 * waits; the others change the queue's file, and one of them takes over when the owner is gone.
 */
export class RunQueue {
  readonly #file: QueueFile
  readonly #ownerFile: string
  #owned: HeldLock | undefined
  #renewed = 0
  /** Who else starts what waits here, from another machine: a sentence. */
  #elsewhere: string | undefined
  #current: RunHandle | undefined
  #finishing: Promise<void> = Promise.resolve()
  #looking: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #closed = false
  /** Why nothing can be started or taken out now: a sentence. It is tried again and again. */
  #problem: string | undefined
  #notice: string | undefined

  constructor(
    private readonly starter: RunStarter,
    private readonly listener: QueueListener,
  ) {
    this.#file = new QueueFile(starter.home)
    this.#ownerFile = join(starter.home.root, 'queue.owner')
  }

  /** Begins to start what waits. */
  open(): void {
    this.starter.home.ensure('root')
    this.#timer = setInterval(() => void this.look(), LOOK)
    void this.look()
  }

  /** The run at work in this host. */
  get current(): RunHandle | undefined {
    return this.#current
  }

  /** None where the file cannot be read; `problem` says why. */
  entries(): QueueEntry[] {
    return this.#reading().entries
  }

  /** What is wrong with the queue, or was mended since this host began: one sentence or two. */
  get problem(): string | undefined {
    return this.#reading().problem ?? this.#problem ?? this.#notice ?? this.#elsewhere
  }

  #reading(): { entries: QueueEntry[]; problem?: string } {
    try {
      return { entries: this.#file.read() }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      return { entries: [], problem: error.message }
    }
  }

  /** @param length of a run that is to train further */
  async add(id: string, length?: RunLength): Promise<void> {
    await this.#change((entries) => enqueued(entries, id, length))
  }

  /** Keeps a run that has not begun among those that do not wait, with the reason. */
  async putAside(id: string, problem: string): Promise<void> {
    await this.#change((entries) => [...without(entries, id), { id, state: 'failed', problem }])
  }

  async remove(id: string): Promise<void> {
    await this.#change((entries) => without(entries, id))
  }

  /** Moves a waiting run to a place, from 0. Throws `RunError` for one that does not wait. */
  async move(id: string, place: number): Promise<void> {
    if (!waiting(this.entries()).some((entry) => entry.id === id))
      throw new RunError(`The run ${id} does not wait in the queue; it may have started.`)
    await this.#change((entries) => moved(entries, id, place))
  }

  /** Starts nothing more, and asks the run at work for a checkpoint and its end; its trainer is ended at once if it does not answer. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#looking
    await this.#current?.stopOrKill()
    await this.#finishing
    this.#owned?.release()
  }

  /** Ends the run at work at once. */
  kill(): void {
    this.#closed = true
    this.#current?.kill()
    // One that is just about to start.
    void this.#looking.then(() => this.#current?.kill())
  }

  /** Starts the next run where there is room. One look at a time. */
  look(): Promise<void> {
    return (this.#looking = this.#looking
      .then(() => this.#startNext())
      .then(
        () => this.#tell(undefined),
        (error: unknown) => this.#complain(error),
      ))
  }

  #complain(error: unknown): void {
    this.#tell(`The queue cannot go on: ${error instanceof Error ? error.message : String(error)}`)
  }

  /** Once. */
  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return
    this.#problem = problem
    if (problem !== undefined) console.error(problem)
    this.listener.onChange()
  }

  async #change(change: Parameters<QueueFile['update']>[0]): Promise<void> {
    await this.#file.update(change)
    this.listener.onChange()
    void this.look()
  }

  async #startNext(): Promise<void> {
    this.#renew()
    if (this.#closed || this.#current || !(await this.#own())) return
    await this.#mend()
    const next = waiting(this.entries())[0]
    if (!next) return
    await this.#file.update((entries) => changed(entries, next.id, { state: 'working' }))
    this.listener.onStarted(next.id)
    try {
      this.#follow(await this.#start(next))
    } catch (error) {
      await this.#ended(next.id, error)
    }
  }

  async #start({ id, length }: QueueEntry): Promise<RunHandle> {
    const { runs } = this.starter
    const folder = runs.folderOf(id)
    const onProgress = (progress: TrainerProgress) => this.listener.onProgress(id, progress)
    return runs.hasBegun(id)
      ? this.starter.resume(readRun(folder), onProgress, length ? { settings: [lengthSetting(length)] } : {})
      : this.starter.startPrepared(id, onProgress)
  }

  #follow(run: RunHandle): void {
    this.#current = run
    run.onSilence((since) => this.listener.onSilence(run.id, since))
    this.listener.onChange()
    const end = async (error?: Error) => {
      this.#current = undefined
      await this.#ended(run.id, error)
      if (!this.#closed) void this.look()
    }
    this.#finishing = run.outcome
      .then(
        () => end(),
        (error: Error) => end(error),
      )
      .catch((error: unknown) => this.#complain(error))
  }

  /** Takes a run that has ended out of the queue; one that did not come to its first step stays with the reason, unless its own files tell it. */
  async #ended(id: string, error?: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : ''
    const { runs } = this.starter
    const run = runs.hasBegun(id) ? readRun(runs.pathOf(id)) : undefined
    const stays = error !== undefined && !isToldByRun(error, run) && existsSync(runs.pathOf(id))
    const failed = { state: 'failed', problem: message, ...(run && { started: run.record.started }) } as const
    await this.#file.update((entries) => (stays ? changed(entries, id, failed) : without(entries, id)))
    const status = error instanceof TrainerLostError ? 'interrupted' : (run?.status ?? 'failed')
    this.listener.onEnded(id, status, message)
    this.listener.onChange()
  }

  /** A damaged file is put aside; of what it held, the runs that never began can be queued again. */
  async #mend(): Promise<void> {
    const lost = () =>
      this.starter.runs.notBegun().map(
        (id) =>
          ({
            id,
            state: 'failed',
            problem: 'The queue was damaged before this run began: resume it to queue it again.',
          }) as const,
      )
    const aside = await this.#file.replaceDamaged(lost)
    if (aside === undefined) return
    this.#notice = `The queue's file was damaged and is kept as ${basename(aside)}. The runs that waited are here as failed: resume those that shall run.`
    this.listener.onChange()
  }

  /** Whether this host starts what waits. Who becomes the owner looks after what the last one left behind. */
  async #own(): Promise<boolean> {
    if (this.#owned) return true
    const attempt = takeLock(this.#ownerFile)
    this.#tellOwner('release' in attempt ? undefined : attempt.holder)
    if (!('release' in attempt)) return false
    this.#owned = attempt
    this.#renewed = performance.now()
    await this.#mend()
    await this.#file.update((entries) => entries.flatMap((entry) => this.#leftBehind(entry)))
    return true
  }

  /** So that hosts on other machines know that the owner lives. One that was taken for gone owns nothing any more. */
  #renew(): void {
    if (!this.#owned || performance.now() - this.#renewed < 1000 * RENEW) return
    this.#renewed = performance.now()
    if (!this.#owned.renew()) this.#owned = undefined
  }

  /** Where the owner cannot be asked, who waits for it is told who that is, and until when it counts. */
  #tellOwner(holder: LockHolder | undefined): void {
    const until = holder && lockedUntil(this.#ownerFile, holder)
    const tell = until !== undefined && until !== Infinity && waiting(this.entries()).length > 0
    const before = this.#elsewhere
    this.#elsewhere = tell
      ? `What waits in the queue is started by ${holderName(holder!)}; if nothing more is heard of it, this Anneal starts it from ${timeOfDay(until)} on.`
      : undefined
    if (this.#elsewhere !== before) this.listener.onChange()
  }

  #leftBehind(entry: QueueEntry): QueueEntry[] {
    const { runs } = this.starter
    if (!existsSync(runs.pathOf(entry.id))) return []
    if (entry.state !== 'working') return [entry]
    return runs.hasBegun(entry.id) && !isStillToBegin(entry, runs) ? [] : [{ ...entry, state: 'waiting' }]
  }
}

/** Whether the files of a run say why it ended. */
const isToldByRun = (error: unknown, run: StoredRun | undefined): boolean =>
  run?.status === 'failed' || (run?.status === 'interrupted' && error instanceof TrainerLostError)

/** Whether a run was to train further, and its trainer did not come to write that down. */
function isStillToBegin({ id, length }: QueueEntry, runs: RunStore): boolean {
  if (!length) return false
  try {
    return !isAsLong(readRecipe({ folder: runs.pathOf(id) }), length)
  } catch {
    // What is wrong with its recipe is said where the run is shown.
    return false
  }
}
