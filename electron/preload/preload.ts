import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import { lineMessages, type NativeWindow, type ThemeChoice, type WindowCommand } from '../../shared/contract/window.ts'
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
  onCommand(listener) {
    const pass = (_event: IpcRendererEvent, command: WindowCommand) => listener(command)
    ipcRenderer.on(channels.command, pass)
    return () => void ipcRenderer.off(channels.command, pass)
  },
}

contextBridge.exposeInMainWorld('anneal', nativeWindow)
