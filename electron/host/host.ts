import type { MessagePortMain } from 'electron'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { Home, Workbench } from '../../host/workbench.ts'
import { settingsSchema, type Settings } from '../../shared/contract/settings.ts'
import type { LineEnd, WindowCommand } from '../../shared/contract/window.ts'
import { UsageError } from '../../shared/errors.ts'
import { connect } from '../../shared/rpc/connect.ts'
import { portOf } from '../../shared/rpc/utility-port.ts'
import type { HostCalls, ShellCalls } from '../host-contract.ts'
import { confine } from './confine.ts'
import { listenTo } from './listen.ts'
import { openPath } from './open-path.ts'
import { onHandedPort, shellPort } from './parent-port.ts'
import { followRecent } from './recent.ts'
import { ShellStarter } from './shell-starter.ts'

/** The host of the window in a process of its own, so that no reading of runs or datasets holds up the main process. */
const home = Home.of(process.env)
let host: WorkbenchHost | undefined
/** Lines of pages that came before the workbench was open. */
const early: (() => void)[] = []

const calls: HostCalls = {
  open: (version, problem) => Promise.resolve().then(() => open(version, problem)),
  atWork: () => Promise.resolve(host?.atWork),
  confine: (path) =>
    Promise.resolve().then(() => confine(path, [home.root, ...workbench.datasets.list().map(({ root }) => root)])),
  openPath: (path) => Promise.resolve().then(() => shownFor(path)),
  close: async () => host?.close(),
  trainerEnded: (...ended) => starter.ended(...ended),
}

const { remote: shell, notify } = connect<ShellCalls, HostCalls>(shellPort, calls)
const starter = new ShellStarter(shell)
const workbench = new Workbench(home, starter)

onHandedPort((handed, port) => {
  if (handed.line === 'trainer') starter.handed(handed.id, port)
  else if (host) serve(host, port, handed.to)
  else early.push(() => serve(host!, port, handed.to))
})

function open(version: string, problem: string | undefined): void {
  if (host) throw new UsageError('The workbench is open already.')
  const opened = (host = WorkbenchHost.open(workbench, { version, surface: 'window' }))
  if (problem !== undefined) opened.complain(problem)
  tellShell(opened)
  early.splice(0).forEach((serve) => serve())
}

function shownFor(path: string): WindowCommand | undefined {
  try {
    return openPath(path, home.runs)
  } catch (error) {
    host?.complain(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

/** Those of a damaged file are the usual ones: the page that shows them tells of it. */
function settings(): Settings {
  try {
    return workbench.settings.read()
  } catch {
    return settingsSchema.parse({})
  }
}

function serve(opened: WorkbenchHost, port: MessagePortMain, to: LineEnd): void {
  if (to === 'host') opened.serve(portOf(port))
  else opened.serveImages({ handle: port, message: {}, close: () => port.close() })
}

function tellShell(opened: WorkbenchHost): void {
  listenTo(opened, {
    runEnded: (...ended) => notify('runEnded', ...ended, settings().notifications),
    settingsChanged: ({ updates }) => notify('updatesSet', updates),
    runProgress(id, progress) {
      if (id === opened.atWork && progress.phase === 'training')
        notify('runProgress', progress.step / progress.totalSteps)
    },
  })
  notify('updatesSet', settings().updates)
  followRecent(opened, (recent) => notify('recentChanged', recent))
}

// The main process hears them too, and asks for a checkpoint first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
