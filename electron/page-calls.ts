import { BrowserWindow, dialog, ipcMain, shell, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../shared/errors.ts'
import type { Port } from '../shared/rpc/port.ts'
import { channels } from './channels.ts'
import { pagePort } from './page-port.ts'
import { isOurPage } from './security.ts'

export interface PageCallsOptions {
  /** The folders whose content the page may have shown in the file manager. */
  readonly shownFolders: () => readonly string[]
  /** A page has opened a line to the host. */
  readonly onLine: (port: Port) => void
}

/** Answers what the preload script passes on. Whatever comes from elsewhere, or has another shape, is refused. */
export function answerPage({ shownFolders, onLine }: PageCallsOptions): void {
  ipcMain.on(channels.openLine, (event: IpcMainEvent, ...args: unknown[]) => {
    const [port] = event.ports
    if (isOurPage(event.senderFrame) && noArguments.safeParse(args).success && port && event.ports.length === 1)
      onLine(pagePort(port))
    else event.ports.forEach((refused) => refused.close())
  })
  answer(channels.chooseFolder, z.tuple([]), (window) =>
    choose(window, { title: 'Choose a folder', properties: ['openDirectory'] }),
  )
  answer(channels.chooseManifest, z.tuple([]), (window) =>
    choose(window, {
      title: 'Choose the file of a dataset',
      // Without a filter: which files can be a dataset, a trainer knows.
      properties: ['openFile'],
    }),
  )
  answer(channels.showInFolder, z.tuple([z.string().min(1).max(4096)]), (_window, path) =>
    shell.showItemInFolder(confine(path, shownFolders())),
  )
}

const noArguments = z.tuple([z.undefined()])

function answer<Args extends z.ZodType<readonly unknown[]>>(
  channel: string,
  args: Args,
  work: (window: BrowserWindow | null, ...args: z.output<Args>) => unknown,
): void {
  ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...received: unknown[]) => {
    if (!isOurPage(event.senderFrame)) throw new UsageError(`${channel} is for Anneal's own page.`)
    const parsed = args.safeParse(received)
    if (!parsed.success) throw new UsageError(`${channel} was called with something else than it takes.`)
    return work(BrowserWindow.fromWebContents(event.sender), ...parsed.data)
  })
}

async function choose(window: BrowserWindow | null, options: Electron.OpenDialogOptions): Promise<string | undefined> {
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return filePaths[0]
}

/** The real path of what lies in one of the folders. Throws `UsageError` for what does not, or is not there. */
export function confine(path: string, folders: readonly string[]): string {
  const real = realPath(path)
  const isInside = (folder: string | undefined) =>
    folder !== undefined && (real === folder || real?.startsWith(folder + sep))
  if (real === undefined || !folders.map(realPath).some(isInside))
    throw new UsageError(`${path} is not in the home or a dataset of Anneal.`)
  return real
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
