import { existsSync } from 'node:fs'
import type { Welcome, WorkbenchEvents, WorkbenchCalls } from '../shared/contract/workbench.ts'
import type { Places } from '../shared/contract/trainer.ts'
import type { Port } from '../shared/rpc/port.ts'
import { Assistant } from './training/assistant.ts'
import { ClassNames } from './datasets/class-names.ts'
import { HomeWatch } from './page/home-watch.ts'
import { LoadMeter } from './machine/machine-load.ts'
import { Broadcast, type Notify } from './page/broadcast.ts'
import { connectPage } from './page/page-connection.ts'
import { startFirstRun } from './page/first-run.ts'
import { LiveRuns } from './page/live-runs.ts'
import { RunQueue } from './training/queue/run-queue.ts'
import { readRun } from './runs/run-store.ts'
import { Trash } from './runs/trash.ts'
import type { PageLine } from './training/trainer/trainer-process.ts'
import { serveImages } from './page/image-lines.ts'
import { knownDataset } from './page/known-dataset.ts'
import { placeOfEvaluation } from './page/known-evaluation.ts'
import { createWorkbenchCalls } from './page/workbench-calls.ts'
import type { Workbench } from './workbench.ts'

/** Milliseconds between measurements of the machine's load. */
const LOAD_EVERY = 2000

/** The workbench for pages: serves any number of them, runs the queue, and keeps trainers alive while no page is there. */
export class WorkbenchHost {
  readonly calls: WorkbenchCalls
  readonly #pages = new Broadcast()
  readonly #queue: RunQueue
  readonly #assistant: Assistant
  readonly #watch: HomeWatch
  readonly #meter = new LoadMeter()
  readonly #timer: NodeJS.Timeout
  readonly #complaints: string[] = []

  constructor(workbench: Workbench, about: Pick<Welcome, 'version' | 'surface'>) {
    const pages = this.#pages
    const live = new LiveRuns(pages)
    this.#queue = new RunQueue(workbench, live)
    this.#assistant = new Assistant((onRead) => workbench.startTrainer(undefined, placesOf(workbench, onRead)))
    this.#watch = new HomeWatch(workbench, pages)
    this.calls = createWorkbenchCalls({
      workbench,
      pages,
      live,
      complaints: this.#complaints,
      queue: this.#queue,
      assistant: this.#assistant,
      classNames: new ClassNames(workbench.home),
      trash: new Trash(workbench.home),
      welcome: { ...about, home: workbench.home.root, platform: process.platform },
    })
    this.#queue.open()
    this.#watch.open()
    this.#timer = setInterval(() => void this.#tellLoad(), LOAD_EVERY).unref()
  }

  /** Opens the workbench of a home; a new home gets a first run. */
  static open(workbench: Workbench, about: Pick<Welcome, 'version' | 'surface'>): WorkbenchHost {
    const isNew = !existsSync(workbench.home.runs)
    const host = new WorkbenchHost(workbench, about)
    if (isNew) startFirstRun(host)
    return host
  }

  /** Serves a page until its port closes. */
  serve(port: Port): void {
    const end = this.#pages.listen(connectPage(port, this.calls))
    port.onClose(end)
  }

  /** Has a page answered about images, until it closes the line; what goes over that never comes here. */
  serveImages(line: PageLine): void {
    void serveImages(line, this.#assistant, this.#pages)
  }

  /** Hears what the pages are told. Returns what ends it. */
  listen(listener: Notify): () => void {
    return this.#pages.listen(listener)
  }

  /** Tells all pages, those of later too, what went wrong without their asking: a sentence. */
  complain(sentence: string): void {
    console.error(sentence)
    this.#complaints.push(sentence)
    this.#pages.send('runsChanged')
  }

  /** The id of the run that this host trains now. */
  get atWork(): string | undefined {
    return this.#queue.current?.id
  }

  /** Starts nothing more, asks the run at work for a checkpoint and its end, and waits for that. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#watch.close()
    this.#assistant.end()
    await this.#queue.close()
  }

  /** Ends everything at once; what was not saved is lost. */
  kill(): void {
    this.#assistant.end()
    this.#queue.kill()
  }

  async #tellLoad(): Promise<void> {
    if (this.#pages.size > 0) this.#pages.send('load', await this.#meter.measure())
  }
}

/** Where datasets and evaluations lie that a page may see. */
const placesOf = (workbench: Workbench, onRead: (root: string) => void): Places => ({
  async datasetOf(nameOrRoot) {
    const dataset = await knownDataset(workbench.datasets, nameOrRoot)
    onRead(dataset.root)
    return { ...dataset, cacheFolder: workbench.home.ensure('cache') }
  },
  async evaluationOf(run, evaluation) {
    const place = await placeOfEvaluation(workbench, run, evaluation)
    if (place.images) onRead(place.images.source.root)
    return place
  },
  async runOf(run) {
    const { folder } = readRun(workbench.runs.folderOf(run))
    return Promise.resolve({ runFolder: folder, cacheFolder: workbench.home.ensure('cache') })
  },
})

export type { PageLine, WorkbenchEvents }
