import { app, dialog, type BrowserWindow } from 'electron'
import type { HostKeeper } from './host-keeper.ts'

/** Milliseconds after a run in which the next one of the queue has begun. */
const NEXT_RUN = 2000

const choices = ['Keep training in the background', 'Stop with a checkpoint', 'Cancel'] as const

/** Closing the window ends Anneal, but not a run without a question. */
export class Closing {
  #isEnding = false
  #isAsking = false

  constructor(
    private readonly host: HostKeeper,
    private readonly window: BrowserWindow,
  ) {
    window.on('close', (event) => {
      event.preventDefault()
      void this.#closed()
    })
    // The system ends a session, or Ctrl-C in the terminal: there is nobody to ask.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.end())
  }

  /** In the background there is no window to close: Anneal ends with the last run. */
  afterRun(): void {
    setTimeout(() => void this.#endInBackground(), NEXT_RUN)
  }

  async #endInBackground(): Promise<void> {
    if ((await this.#isIdle()) && !this.window.isVisible()) await this.end()
  }

  async #closed(): Promise<void> {
    if (this.#isEnding || this.#isAsking) return
    this.#isAsking = true
    try {
      if (await this.#isIdle()) return void this.end()
      const choice = await question(this.window)
      if (choice === choices[0]) this.window.hide()
      if (choice === choices[1]) void this.end()
    } finally {
      this.#isAsking = false
    }
  }

  /** Whether no run is at work. A host that cannot answer has none. */
  async #isIdle(): Promise<boolean> {
    const id = await this.host.calls.atWork().catch(() => undefined)
    return id === undefined
  }

  /** Ends Anneal without a question: a run at work saves a checkpoint and stops. */
  async end(status = 0): Promise<void> {
    if (this.#isEnding) return
    this.#isEnding = true
    if (!this.window.isDestroyed()) this.window.hide()
    await this.host.close().catch((error: unknown) => console.error(error))
    app.exit(status)
  }
}

async function question(window: BrowserWindow): Promise<string | undefined> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'A run is training.',
    detail:
      'In the background it goes on without a window, and Anneal ends with the last run of the queue; start Anneal again to see it. A stopped run can be resumed from its checkpoint.',
    buttons: [...choices],
    defaultId: 0,
    cancelId: choices.indexOf('Cancel'),
    noLink: true,
  })
  return choices[response]
}
