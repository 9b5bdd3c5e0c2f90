import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import { lineMessages, type NativeWindow, type ThemeChoice, type WindowCommand } from '../../shared/contract/window.ts'
import type { UpdateState } from '../../shared/contract/updates.ts'
import { channels } from '../channels.ts'

/** Runs in a world of its own beside the page; what it hands over is validated in the main process. */
const nativeWindow: NativeWindow = {
  openLine(to = 'host') {
    const { port1, port2 } = new MessageChannel()
    ipcRenderer.postMessage(channels.openLine, to, [port1])
    window.postMessage(lineMessages[to], location.origin, [port2])
  },
  chooseFolder: () => ipcRenderer.invoke(channels.chooseFolder) as Promise<string | undefined>,
  chooseManifest: () => ipcRenderer.invoke(channels.chooseManifest) as Promise<string | undefined>,
  pathOfDropped: (file) => webUtils.getPathForFile(file as File),
  showInFolder: (path) => ipcRenderer.invoke(channels.showInFolder, path) as Promise<void>,
  readTheme: () => ipcRenderer.invoke(channels.readTheme) as Promise<ThemeChoice>,
  setTheme: (theme) => ipcRenderer.invoke(channels.setTheme, theme) as Promise<void>,
  readUpdates: () => ipcRenderer.invoke(channels.readUpdates) as Promise<UpdateState>,
  takeUpdateStep: (step) => ipcRenderer.invoke(channels.takeUpdateStep, step) as Promise<void>,
  onUpdates: (listener: (state: UpdateState) => void) => listen(channels.updates, listener),
  onCommand: (listener: (command: WindowCommand) => void) => listen(channels.command, listener),
}

/** Returns what ends it. */
function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const pass = (_event: IpcRendererEvent, value: T) => listener(value)
  ipcRenderer.on(channel, pass)
  return () => void ipcRenderer.off(channel, pass)
}

contextBridge.exposeInMainWorld('anneal', nativeWindow)
