import { app, Menu, nativeTheme, shell, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'
import { digitOf, views, type View } from '../shared/contract/views.ts'
import { themeChoices, type ThemeChoice, type WindowCommand } from '../shared/contract/window.ts'
import { licencesItem } from './about.ts'
import { channels } from './channels.ts'
import type { Recent } from './host-contract.ts'
import { recentMenu } from './recent-menu.ts'
import type { WindowStateFile } from './window-state.ts'

export interface MenuOptions {
  readonly window: BrowserWindow
  readonly state: WindowStateFile
  readonly homeFolder: string
  readonly recent: Recent
}

type Send = (command: WindowCommand) => () => void

const themeNames: Readonly<Record<ThemeChoice, string>> = { system: 'Like the System', light: 'Light', dark: 'Dark' }

/** Tells the page what was chosen. */
export function sendCommand(window: BrowserWindow, command: WindowCommand): void {
  window.webContents.send(channels.command, command)
}

export function setMenu(options: MenuOptions): void {
  const send: Send = (command) => () => sendCommand(options.window, command)
  const isMac = process.platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: fileMenu(options, send, isMac) },
    { role: 'editMenu' },
    { label: '&View', submenu: viewMenu(options, send) },
    { label: '&Go', submenu: views.map((view, index) => viewItem(view, digitOf(index), send)) },
    { role: 'help', submenu: helpMenu(send) },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

const fileMenu = ({ homeFolder, recent }: MenuOptions, send: Send, isMac: boolean): MenuItemConstructorOptions[] => [
  { label: 'New Run', accelerator: 'CmdOrCtrl+N', click: send({ name: 'new-run' }) },
  { label: 'Add Dataset...', accelerator: 'CmdOrCtrl+O', click: send({ name: 'add-dataset' }) },
  { type: 'separator' },
  recentMenu('Recent Runs', recent.runs, (id) => send({ name: 'go', path: `/runs/${encodeURIComponent(id)}` })),
  recentMenu('Recent Datasets', recent.datasets, (name) =>
    send({ name: 'go', path: `/datasets/${encodeURIComponent(name)}` }),
  ),
  { type: 'separator' },
  { label: 'Show the Home Folder', click: () => void shell.openPath(homeFolder) },
  { type: 'separator' },
  { role: isMac ? 'close' : 'quit' },
]

const viewMenu = ({ state }: MenuOptions, send: Send): MenuItemConstructorOptions[] => [
  {
    label: 'Command Palette',
    accelerator: 'CmdOrCtrl+K',
    registerAccelerator: false,
    click: send({ name: 'command-palette' }),
  },
  { type: 'separator' },
  { label: 'Appearance', submenu: themeChoices.map((theme) => themeItem(theme, state)) },
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  { role: 'zoomOut' },
  { type: 'separator' },
  { role: 'togglefullscreen' },
  ...(app.isPackaged ? [] : ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const)),
]

const themeItem = (theme: ThemeChoice, state: WindowStateFile): MenuItemConstructorOptions => ({
  id: `theme-${theme}`,
  label: themeNames[theme],
  type: 'radio',
  checked: state.current.theme === theme,
  click: () => setTheme(theme, state),
})

/** Takes a theme for the window and all of later. */
export function setTheme(theme: ThemeChoice, state: WindowStateFile): void {
  nativeTheme.themeSource = theme
  state.update({ theme })
  const item = Menu.getApplicationMenu()?.getMenuItemById(`theme-${theme}`)
  if (item) item.checked = true
}

/** The page itself answers to the keys. */
const viewItem = ({ name, path }: View, digit: number | undefined, send: Send): MenuItemConstructorOptions => ({
  label: name,
  ...(digit !== undefined && { accelerator: `Alt+${digit}` }),
  registerAccelerator: false,
  click: send({ name: 'go', path: `/${path}` }),
})

const helpMenu = (send: Send): MenuItemConstructorOptions[] => [
  { label: 'Keyboard Shortcuts', click: send({ name: 'keyboard-shortcuts' }) },
  ...licencesItem(),
  { role: 'about' },
]
