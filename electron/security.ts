import { app, session, type WebContents, type WebFrameMain, type WebPreferences } from 'electron'
import { pageOrigin } from './app-protocol.ts'

/** Of every window: said in full, though most are Electron's defaults. */
export const lockedDown = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // A page in the background keeps its curves up to date.
  backgroundThrottling: false,
} as const satisfies WebPreferences

/** Whether a message comes from the top frame of our own page: the one place where senders are judged. */
export function isOurPage(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === pageOrigin
}

/** Refuses everything that a page could ask for and ours does not need. Once the app is ready. */
export function refuseTheRest(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  defaultSession.setPermissionCheckHandler(() => false)
  defaultSession.setDevicePermissionHandler(() => false)
  defaultSession.setDisplayMediaRequestHandler(null)
  // A chart that the page exports is a download of its own; the person is asked where to.
  defaultSession.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault()
  })
  app.on('web-contents-created', (_event, contents) => keepInPlace(contents))
}

function keepInPlace(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}
