import { runFiles } from '../../shared/run-folder/files.ts'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Broadcast } from './broadcast.ts'
import { readRun } from '../runs/run-store.ts'
import type { Workbench } from '../workbench.ts'

/** Milliseconds. */
const METRICS_EVERY = 200
/** Looks at the metrics for one at everything. */
const ALL_EVERY = 5

interface Seen {
  /** Of `run.json` and `notes.json`. */
  readonly times: string
  readonly status: string
}

/** Notices what changes in a home, whoever changes it: this host's trainers, other hosts, the command line, a person. */
export class HomeWatch {
  #runs = new Map<string, Seen>()
  readonly #sizes = new Map<string, number>()
  #queue = 0
  #datasets = 0
  #looks = 0
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly workbench: Workbench,
    private readonly pages: Broadcast,
  ) {}

  open(): void {
    this.#runs = this.#look()
    this.#timer = setInterval(() => this.#tick(), METRICS_EVERY).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    if (this.pages.size === 0) return
    try {
      if (this.#looks++ % ALL_EVERY === 0) this.#tellChanges()
      this.#tellMetrics()
    } catch (error) {
      console.error('The home cannot be watched:', error)
    }
  }

  #tellChanges(): void {
    const { root, datasetsFile } = this.workbench.home
    const runs = this.#look()
    const queue = timeOf(join(root, 'queue.json'))
    const isOther =
      queue !== this.#queue ||
      runs.size !== this.#runs.size ||
      [...runs].some(([id, seen]) => !isSame(seen, this.#runs.get(id)))
    this.#runs = runs
    this.#queue = queue
    if (isOther) this.pages.send('runsChanged')
    const datasets = timeOf(datasetsFile)
    if (datasets !== this.#datasets) this.pages.send('datasetsChanged')
    this.#datasets = datasets
  }

  /** Of runs at work, and once more of those that were until now: the last records come just before the end. */
  #tellMetrics(): void {
    for (const [id, { status }] of this.#runs) {
      const told = this.#sizes.get(id)
      if (status !== 'running' && told === undefined) continue
      const bytes =
        statSync(join(this.workbench.runs.pathOf(id), runFiles.metrics), { throwIfNoEntry: false })?.size ?? 0
      if (bytes !== (told ?? 0)) this.pages.send('metricsGrew', id, bytes)
      if (status === 'running') this.#sizes.set(id, bytes)
      else this.#sizes.delete(id)
    }
  }

  /** Reads only what has changed, and what is at work, which may have died. */
  #look(): Map<string, Seen> {
    return new Map(idsIn(this.workbench.home.runs).map((id) => [id, this.#see(id)]))
  }

  #see(id: string): Seen {
    const folder = this.workbench.runs.pathOf(id)
    const times = `${timeOf(join(folder, runFiles.record))} ${timeOf(join(folder, runFiles.notes))}`
    const before = this.#runs.get(id)
    return before?.times === times && before.status !== 'running' ? before : { times, status: statusOf(folder) }
  }
}

const isSame = (a: Seen, b: Seen | undefined) => a.times === b?.times && a.status === b.status

function statusOf(folder: string): string {
  try {
    return readRun(folder).status
  } catch {
    return 'unreadable'
  }
}

function timeOf(file: string): number {
  try {
    return statSync(file).mtimeMs
  } catch {
    // Not there, or in what is no folder.
    return 0
  }
}

function idsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
