import type { WorkbenchHost } from '../../host/workbench-host.ts'
import type { Recent } from '../host-contract.ts'
import { listenTo } from './listen.ts'

const MOST = 10
/** Milliseconds in which many changes count as one. */
const REST = 1000

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
