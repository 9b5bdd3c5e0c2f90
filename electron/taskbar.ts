import type { BrowserWindow } from 'electron'
import type { WorkbenchHost } from '../host/workbench-host.ts'
import { listenTo } from './listen.ts'

const NONE = -1

/** Shows how far the run at work is, on the window's button in the taskbar. */
export function showProgress(host: WorkbenchHost, window: BrowserWindow): void {
  const show = (share: number) => {
    if (!window.isDestroyed()) window.setProgressBar(share)
  }
  listenTo(host, {
    runProgress(id, progress) {
      if (id === host.atWork && progress.phase === 'training') show(progress.step / progress.totalSteps)
    },
    runEnded: () => show(NONE),
  })
}
