import { app, dialog, type BrowserWindow, type MessagePortMain } from 'electron'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Home } from '../host/machine/home.ts'
import type { LineEnd } from '../shared/contract/window.ts'
import { StorageError } from '../shared/errors.ts'
import { tellAbout } from './about.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { channels } from './channels.ts'
import { Closing } from './closing.ts'
import { watchDrawing } from './drawing.ts'
import { HostKeeper } from './host-keeper.ts'
import { setMenu } from './menu.ts'
import { notifyOfEnd } from './notifications.ts'
import { fileOfSecondStart, namedFile, Opened, type SecondStart } from './opened.ts'
import { answerPage } from './page-calls.ts'
import { refuseTheRest } from './security.ts'
import { avoidSmallSharedMemory } from './shared-memory.ts'
import { openUpdates } from './updates/open-updates.ts'
import { bringToFront, openWindow } from './window.ts'
import { windowFolder } from './window-folder.ts'
import { WindowStateFile } from './window-state.ts'

// Where a package has TensorFlow: for the processes that are started from here.
if (app.isPackaged) process.env.ANNEAL_RESOURCES = process.resourcesPath
const home = Home.of(process.env)
// What Chromium keeps lies in the home, and so does its lock: one window a home.
const refused = keepIn(home)
registerAppScheme()
avoidSmallSharedMemory()
// Root can only run without the system's sandbox, and says so on the command line.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

const named = namedFile(process.argv, process.cwd())
const secondStart: SecondStart = named === undefined ? {} : { open: named }
if (refused !== undefined) void app.whenReady().then(() => fail(refused))
else if (app.requestSingleInstanceLock({ ...secondStart })) void app.whenReady().then(start).catch(fail)
else app.exit()

/** Returns why that cannot be. */
function keepIn(home: Home): unknown {
  try {
    app.setPath('userData', windowFolder(home))
    return undefined
  } catch (error) {
    // Chromium needs a place even to show why.
    app.setPath('userData', join(tmpdir(), `anneal-${process.pid}`))
    return error
  }
}

/** This process has the window, the menu and the ports, and starts processes; the host's has all the work. */
function start(): void {
  tellAbout()
  refuseTheRest()
  serveApp(join(import.meta.dirname, 'renderer'))
  const state = new WindowStateFile(home)
  const host = new HostKeeper({
    folder: import.meta.dirname,
    version: app.getVersion(),
    onFailure: fail,
    news: {
      runProgress: (share) => showProgress(window, share),
      runEnded(id, status, message, notify) {
        showProgress(window, NONE)
        if (notify) notifyOfEnd(window, { id, status, message })
        closing.afterRun()
      },
      updatesSet: (settings) => updates.configure(settings),
      recentChanged: (recent) => setMenu({ window, state, homeFolder: home.root, recent }),
    },
  })
  const updates = openUpdates(async () => (await host.calls.atWork()) !== undefined)
  const opened = new Opened(
    () => window,
    (path) => host.calls.openPath(path),
  )
  opened.show(named)
  const onLine = (port: MessagePortMain, to: LineEnd) => {
    host.serve(port, to)
    if (to === 'host') opened.pageIsThere()
  }
  answerPage({ confine: (path) => host.calls.confine(path), state, updates, onLine })
  const window = openWindow(state)
  updates.onChange((now) => window.isDestroyed() || window.webContents.send(channels.updates, now))
  const closing = new Closing(host, window)
  watchDrawing((status) => void closing.end(status))
  setMenu({ window, state, homeFolder: home.root, recent: { runs: [], datasets: [] } })
  onOtherStarts(window, opened)
}

function onOtherStarts(window: BrowserWindow, opened: Opened): void {
  app.on('activate', () => bringToFront(window))
  app.on('second-instance', (_event, _args, _folder, start) => {
    bringToFront(window)
    opened.show(fileOfSecondStart(start))
  })
}

/** There may be no window yet to say it in. */
function fail(error: unknown): void {
  // Of what a person can mend the sentence is all; of the rest its place helps.
  console.error(error instanceof StorageError ? error.message : error)
  dialog.showErrorBox('Anneal cannot go on', error instanceof Error ? error.message : String(error))
  app.exit(1)
}

/** Of a progress bar that is not shown. */
const NONE = -1

/** Shows how far the run at work is, on the window's button in the taskbar. */
function showProgress(window: BrowserWindow, share: number): void {
  if (!window.isDestroyed()) window.setProgressBar(share)
}
