import { app, dialog, type BrowserWindow } from 'electron'
import { join } from 'node:path'
import { WorkbenchHost } from '../host/workbench-host.ts'
import { Home, Workbench } from '../host/workbench.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { askBeforeClosing } from './closing.ts'
import { setMenu } from './menu.ts'
import { notifyOfEnds } from './notifications.ts'
import { answerPage } from './page-calls.ts'
import { followRecent } from './recent.ts'
import { refuseTheRest } from './security.ts'
import { showProgress } from './taskbar.ts'
import { UtilityStarter } from './utility-starter.ts'
import { bringToFront, openWindow } from './window.ts'
import { WindowStateFile } from './window-state.ts'

const home = Home.of(process.env)
// What Chromium keeps lies in the home, and so does its lock: one window a home.
app.setPath('userData', join(home.ensure('root'), 'window'))
registerAppScheme()
// Root can only run without the system's sandbox, and says so on the command line.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(fail)
else app.exit()

function start(): void {
  refuseTheRest()
  serveApp(join(import.meta.dirname, 'renderer'))
  const state = new WindowStateFile(home)
  const workbench = new Workbench(home, new UtilityStarter(join(import.meta.dirname, 'trainer.mjs')))
  const host = WorkbenchHost.open(workbench, { version: app.getVersion(), surface: 'window' })
  const datasetFolders = () => workbench.datasets.list().map(({ root }) => root)
  answerPage({ shownFolders: () => [home.root, ...datasetFolders()], onLine: (line) => host.serve(line) })
  attach(openWindow(state), state, host)
}

/** There is no window yet to say it in. */
function fail(error: unknown): void {
  console.error(error)
  dialog.showErrorBox('Anneal cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
}

function attach(window: BrowserWindow, state: WindowStateFile, host: WorkbenchHost): void {
  askBeforeClosing(host, window)
  notifyOfEnds(host, window)
  showProgress(host, window)
  setMenu({ window, state, homeFolder: home.root, recent: { runs: [], datasets: [] } })
  followRecent(host, (recent) => setMenu({ window, state, homeFolder: home.root, recent }))
  for (const event of ['second-instance', 'activate']) app.on(event as 'activate', () => bringToFront(window))
}
