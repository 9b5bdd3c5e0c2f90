import { Notification, type BrowserWindow } from 'electron'
import type { ShownStatus } from '../shared/run-folder/record.ts'
import { sendCommand } from './menu.ts'
import { bringToFront } from './window.ts'

export interface EndOfRun {
  readonly id: string
  readonly status: ShownStatus
  readonly message: string
}

/** Tells who looks elsewhere that a run has ended; a click leads to the run. */
export function notifyOfEnd(window: BrowserWindow, { id, status, message }: EndOfRun): void {
  if (window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return
  const notification = new Notification({ title: titleOf(status), body: message === '' ? id : `${id}: ${message}` })
  notification.on('click', () => {
    bringToFront(window)
    sendCommand(window, { name: 'go', path: `/runs/${id}` })
  })
  notification.show()
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
