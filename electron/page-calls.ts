import {
  BrowserWindow,
  dialog,
  ipcMain,
  shell,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type MessagePortMain,
} from 'electron'
import { z } from 'zod'
import { lineEnds, themeChoices, type LineEnd } from '../shared/contract/window.ts'
import { updateSteps, type Updates } from '../shared/contract/updates.ts'
import { UsageError } from '../shared/errors.ts'
import { channels } from './channels.ts'
import { setTheme } from './menu.ts'
import { isOurPage } from './security.ts'
import type { WindowStateFile } from './window-state.ts'

export interface PageCallsOptions {
  /** The real path of what the page may have shown in the file manager. Rejects for anything else. */
  readonly confine: (path: string) => Promise<string>
  readonly state: WindowStateFile
  readonly updates: Updates
  /** A page has opened a line. */
  readonly onLine: (port: MessagePortMain, to: LineEnd) => void
}

/** Answers what the preload script passes on. Whatever comes from elsewhere, or has another shape, is refused. */
export function answerPage({ confine, state, updates, onLine }: PageCallsOptions): void {
  ipcMain.on(channels.openLine, (event: IpcMainEvent, ...args: unknown[]) => {
    const [port] = event.ports
    const { data: [to] = [] } = lineArguments.safeParse(args)
    if (isOurPage(event.senderFrame) && to && port && event.ports.length === 1) onLine(port, to)
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
  answer(channels.showInFolder, z.tuple([z.string().min(1).max(4096)]), async (_window, path) =>
    shell.showItemInFolder(await confine(path)),
  )
  answer(channels.readUpdates, z.tuple([]), () => updates.state())
  answer(channels.takeUpdateStep, z.tuple([z.enum(updateSteps)]), (_window, step) => updates[step]())
  answer(channels.readTheme, z.tuple([]), () => state.current.theme)
  answer(channels.setTheme, z.tuple([z.enum(themeChoices)]), (_window, theme) => setTheme(theme, state))
}

const lineArguments = z.tuple([z.enum(lineEnds)])

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
