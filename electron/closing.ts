import { app, dialog, type BrowserWindow } from 'electron'
import type { WorkbenchHost } from '../host/workbench-host.ts'
import { listenTo } from './listen.ts'

/** Milliseconds after a run in which the next one of the queue has begun. */
const NEXT_RUN = 2000

const choices = ['Keep training in the background', 'Stop with a checkpoint', 'Cancel'] as const

/** Closing the window ends Anneal, but not a run without a question. */
export function askBeforeClosing(host: WorkbenchHost, window: BrowserWindow): void {
  let isEnding = false
  let isAsking = false
  const end = async () => {
    if (isEnding) return
    isEnding = true
    if (!window.isDestroyed()) window.hide()
    await host.close().catch((error: unknown) => console.error(error))
    app.exit()
  }
  const ask = async () => {
    if (isAsking) return
    isAsking = true
    const choice = await question(window).finally(() => (isAsking = false))
    if (choice === choices[0]) window.hide()
    if (choice === choices[1]) await end()
  }
  window.on('close', (event) => {
    event.preventDefault()
    void (host.atWork === undefined || isEnding ? end() : ask())
  })
  endWithLastRun(host, window, end)
  // The system ends a session, or Ctrl-C in the terminal: there is nobody to ask.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
}

/** In the background there is no window to close. */
function endWithLastRun(host: WorkbenchHost, window: BrowserWindow, end: () => Promise<void>): void {
  listenTo(host, {
    runEnded: () =>
      void setTimeout(() => {
        if (!window.isVisible() && host.atWork === undefined) void end()
      }, NEXT_RUN),
  })
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
