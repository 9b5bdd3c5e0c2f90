import { app, dialog, type BrowserWindow } from 'electron'
import { join } from 'node:path'
import { Home } from '../host/machine/home.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { Closing } from './closing.ts'
import { watchDrawing } from './drawing.ts'
import { HostKeeper } from './host-keeper.ts'
import { setMenu } from './menu.ts'
import { notifyOfEnd } from './notifications.ts'
import { answerPage } from './page-calls.ts'
import { refuseTheRest } from './security.ts'
import { avoidSmallSharedMemory } from './shared-memory.ts'
import { bringToFront, openWindow } from './window.ts'
import { WindowStateFile } from './window-state.ts'

// Where a package has TensorFlow: for the processes that are started from here.
if (app.isPackaged) process.env.ANNEAL_RESOURCES = process.resourcesPath
const home = Home.of(process.env)
// What Chromium keeps lies in the home, and so does its lock: one window a home.
app.setPath('userData', join(home.ensure('root'), 'window'))
registerAppScheme()
avoidSmallSharedMemory()
// Root can only run without the system's sandbox, and says so on the command line.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(fail)
else app.exit()

/** This process has the window, the menu and the ports, and starts processes; the host's has all the work. */
function start(): void {
  refuseTheRest()
  serveApp(join(import.meta.dirname, 'renderer'))
  const state = new WindowStateFile(home)
  const host = new HostKeeper({
    folder: import.meta.dirname,
    version: app.getVersion(),
    onFailure: fail,
    news: {
      runProgress: (share) => showProgress(window, share),
      runEnded(id, status, message) {
        showProgress(window, NONE)
        notifyOfEnd(window, { id, status, message })
        closing.afterRun()
      },
      recentChanged: (recent) => setMenu({ window, state, homeFolder: home.root, recent }),
    },
  })
  answerPage({ confine: (path) => host.calls.confine(path), onLine: (port, to) => host.serve(port, to) })
  const window = openWindow(state)
  const closing = new Closing(host, window)
  watchDrawing((status) => void closing.end(status))
  setMenu({ window, state, homeFolder: home.root, recent: { runs: [], datasets: [] } })
  for (const event of ['second-instance', 'activate']) app.on(event as 'activate', () => bringToFront(window))
}

/** There may be no window yet to say it in. */
function fail(error: unknown): void {
  console.error(error)
  dialog.showErrorBox('Anneal cannot go on', error instanceof Error ? error.message : String(error))
  app.exit(1)
}

/** Of a progress bar that is not shown. */
const NONE = -1

/** Shows how far the run at work is, on the window's button in the taskbar. */
function showProgress(window: BrowserWindow, share: number): void {
  if (!window.isDestroyed()) window.setProgressBar(share)
}
