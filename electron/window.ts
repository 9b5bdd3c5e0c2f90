import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { join } from 'node:path'
import { packed } from './about.ts'
import { pageOrigin } from './app-protocol.ts'
import { lockedDown } from './security.ts'
import { fitBounds, type WindowStateFile } from './window-state.ts'

/** Milliseconds in which the window has to rest before its place is written. */
const REST = 400
const smallest = { minWidth: 800, minHeight: 560 }

/** Opens the window where it was left, and shows it once the page has drawn something. */
export function openWindow(state: WindowStateFile): BrowserWindow {
  nativeTheme.themeSource = state.current.theme
  const window = new BrowserWindow({
    ...fitBounds(state.current.bounds, workAreas()),
    ...smallest,
    show: false,
    title: 'Anneal',
    ...(app.isPackaged && { icon: packed('icon') }),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181c' : '#ffffff',
    webPreferences: { ...lockedDown, preload: join(import.meta.dirname, 'preload.cjs') },
  })
  if (state.current.maximised) window.maximize()
  window.once('ready-to-show', () => window.show())
  remember(window, state)
  void window.loadURL(`${pageOrigin}/`)
  return window
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

function workAreas(): [Electron.Rectangle, ...Electron.Rectangle[]] {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  return [primary.workArea, ...others.map(({ workArea }) => workArea)]
}

function remember(window: BrowserWindow, state: WindowStateFile): void {
  let timer: NodeJS.Timeout | undefined
  const write = () => {
    clearTimeout(timer)
    state.update({ bounds: window.getNormalBounds(), maximised: window.isMaximized() })
  }
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(write, REST)
  }
  window.on('resize', later).on('move', later).on('close', write)
  window.once('closed', () => clearTimeout(timer))
}
