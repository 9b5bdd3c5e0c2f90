import { utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron'
import { join } from 'node:path'
import type { LineEnd } from '../shared/contract/window.ts'
import { connect, type Remote } from '../shared/rpc/connect.ts'
import type { Port } from '../shared/rpc/port.ts'
import type { HandedPort, HostCalls, ShellCalls } from './host-contract.ts'
import { Trainers } from './trainers.ts'

/** What of a host's news the window is told. */
export type HostNews = Pick<ShellCalls, 'runProgress' | 'runEnded' | 'recentChanged' | 'updatesSet'>

/** The host's process: started here, and asked. */
export class HostProcess {
  readonly calls: Remote<HostCalls>
  /** Resolves with its status when it has ended. */
  readonly exited: Promise<number>
  readonly #child: UtilityProcess

  /** @param folder of the bundles */
  constructor(folder: string, news: HostNews) {
    this.#child = utilityProcess.fork(join(folder, 'host.mjs'), [], { serviceName: 'Anneal host' })
    this.exited = new Promise((resolve) => this.#child.once('exit', resolve))
    const trainers = new Trainers(join(folder, 'trainer.mjs'), {
      onLine: (id, port) => this.#hand({ line: 'trainer', id }, port),
      onEnded: (...ended) => notify('trainerEnded', ...ended),
    })
    const { remote, notify } = connect<HostCalls, ShellCalls>(portOf(this.#child, this.exited), {
      ...news,
      startTrainer: (id, options) => trainers.start(id, options),
      killTrainer: (id) => trainers.kill(id),
    })
    this.calls = remote
  }

  /** Hands over a page's line. */
  serve(port: MessagePortMain, to: LineEnd): void {
    this.#hand({ line: 'page', to }, port)
  }

  #hand(handed: HandedPort, port: MessagePortMain): void {
    this.#child.postMessage(handed, [port])
  }
}

const portOf = (child: UtilityProcess, exited: Promise<number>): Port => ({
  post: (message) => child.postMessage(message),
  onMessage: (listener) => void child.on('message', listener),
  onClose: (listener) =>
    void exited.then((code) => listener(new Error(`The host's process ended with status ${code}.`))),
})
