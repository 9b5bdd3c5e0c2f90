import { app, type BrowserWindow } from 'electron'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { WindowCommand } from '../shared/contract/window.ts'
import { sendCommand } from './menu.ts'

/** What a second start tells the first: the file that it was to open. */
const secondStart = z.object({ open: z.string().max(4096).optional() })
export type SecondStart = z.infer<typeof secondStart>

/** The file that a second start has told of. */
export const fileOfSecondStart = (told: unknown): string | undefined => secondStart.safeParse(told).data?.open

/** The file that this start names, absolute: what follows the switches of Chromium, in a checkout behind the folder of the app. */
export function namedFile(args: readonly string[], folder: string): string | undefined {
  const named = args.slice(app.isPackaged ? 1 : 2).find((argument) => !argument.startsWith('-'))
  return named === undefined ? undefined : resolve(folder, named)
}

/** Shows in the window what a person opens Anneal with. A page hears of it once it has connected. */
export class Opened {
  #isThere = false
  #waiting: string | undefined

  /** @param ask tells what the page is to show for a path; nothing where it has told the page why not */
  constructor(
    private readonly window: () => BrowserWindow,
    private readonly ask: (path: string) => Promise<WindowCommand | undefined>,
  ) {
    app.on('open-file', (event, path) => {
      event.preventDefault()
      this.show(path)
    })
  }

  show(path: string | undefined): void {
    if (path === undefined) return
    if (this.#isThere) void this.#show(path)
    else this.#waiting = path
  }

  /** A page has connected. */
  pageIsThere(): void {
    this.#isThere = true
    this.show(this.#waiting)
    this.#waiting = undefined
  }

  async #show(path: string): Promise<void> {
    const command = await this.ask(path)
    if (command) sendCommand(this.window(), command)
  }
}
