import type { MenuItemConstructorOptions } from 'electron'
import type { WorkbenchHost } from '../host/workbench-host.ts'
import { listenTo } from './listen.ts'

const MOST = 10
/** Milliseconds in which many changes count as one. */
const REST = 1000

export interface Recent {
  readonly runs: readonly string[]
  readonly datasets: readonly string[]
}

/** Reads the newest runs and the datasets now and whenever they have changed. */
export function followRecent(host: WorkbenchHost, show: (recent: Recent) => void): void {
  let timer: NodeJS.Timeout | undefined
  const read = async () => {
    const [runs, datasets] = await Promise.all([host.calls.listRuns(), host.calls.listDatasets()])
    const newest = runs
      .filter(({ record }) => record !== undefined)
      .sort((a, b) => (a.record!.created < b.record!.created ? 1 : -1))
    show({ runs: newest.slice(0, MOST).map(({ id }) => id), datasets: datasets.slice(0, MOST).map(({ name }) => name) })
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void read().catch((error: unknown) => console.error(error)), REST)
  }
  listenTo(host, { runsChanged: soon, datasetsChanged: soon })
  soon()
}

export const recentMenu = (
  label: string,
  names: readonly string[],
  open: (name: string) => () => void,
): MenuItemConstructorOptions => ({
  label,
  enabled: names.length > 0,
  submenu: names.map((name) => ({ label: name.replaceAll('&', '&&'), click: open(name) })),
})
