import { Notification, type BrowserWindow } from 'electron'
import type { WorkbenchHost } from '../host/workbench-host.ts'
import type { ShownStatus } from '../shared/run-folder/record.ts'
import { listenTo } from './listen.ts'
import { sendCommand } from './menu.ts'
import { bringToFront } from './window.ts'

/** Tells who looks elsewhere that a run has ended; a click leads to the run. */
export function notifyOfEnds(host: WorkbenchHost, window: BrowserWindow): void {
  listenTo(host, {
    runEnded(id, status, message) {
      if (window.isFocused() || !Notification.isSupported()) return
      const notification = new Notification({ title: titleOf(status), body: message === '' ? id : `${id}: ${message}` })
      notification.on('click', () => {
        bringToFront(window)
        sendCommand(window, { name: 'go', path: `/runs/${id}` })
      })
      notification.show()
    },
  })
}

function titleOf(status: ShownStatus): string {
  switch (status) {
    case 'finished':
      return 'A run is finished'
    case 'stopped':
      return 'A run was stopped'
    case 'failed':
      return 'A run has failed'
    case 'interrupted':
    case 'running':
      return 'A run was interrupted'
  }
}
