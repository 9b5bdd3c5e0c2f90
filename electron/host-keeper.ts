import type { MessagePortMain } from 'electron'
import type { LineEnd } from '../shared/contract/window.ts'
import type { Remote } from '../shared/rpc/connect.ts'
import type { HostCalls } from './host-contract.ts'
import { HostProcess, type HostNews } from './host-process.ts'

/** Milliseconds: a host that ends sooner would end again. */
const SOON = 10_000

export interface HostKeeperOptions {
  /** Of the bundles. */
  readonly folder: string
  readonly version: string
  readonly news: HostNews
  /** The host cannot be opened, or does not stay. */
  readonly onFailure: (error: unknown) => void
}

/** Keeps a host's process running: one that ends without being asked is started anew, and its pages are told. */
export class HostKeeper {
  #current: HostProcess
  #isClosing = false

  constructor(private readonly options: HostKeeperOptions) {
    this.#current = this.#start()
  }

  get calls(): Remote<HostCalls> {
    return this.#current.calls
  }

  /** Hands over a page's line. */
  serve(port: MessagePortMain, to: LineEnd): void {
    this.#current.serve(port, to)
  }

  /** Asks for a checkpoint of the run at work and its end, and waits for that. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.calls.close()
  }

  #start(problem?: string): HostProcess {
    const { folder, version, news, onFailure } = this.options
    const began = performance.now()
    const host = new HostProcess(folder, news)
    host.calls.open(version, problem).catch(onFailure)
    void host.exited.then((code) => this.#ended(code, performance.now() - began))
    return host
  }

  #ended(code: number, lived: number): void {
    if (this.#isClosing) return
    const { onFailure } = this.options
    const sentence = `The process that looks after runs and datasets ended by itself with status ${code}`
    if (lived < SOON) onFailure(new Error(`${sentence}; start Anneal again, and look at what it printed.`))
    else
      this.#current = this.#start(
        `${sentence} and was started again. A run that was at work saves a checkpoint and stops: resume it.`,
      )
  }
}
