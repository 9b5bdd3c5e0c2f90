import type { Recipe } from '../recipe/schema.ts'
import type { UpdateState, UpdateStep } from './updates.ts'

/**
 * What the desktop window's preload script gives the page as `window.anneal`: the only object of its own there.
 * In a browser there is none.
 */
export interface NativeWindow {
  /**
   * Opens a line, to the host where nothing else is said. The port comes as a `message` event of `window`, whose
   * `data` is that of `lineMessages` and whose `ports[0]` is the port: a port cannot cross the bridge as a result.
   */
  openLine(to?: LineEnd): void
  /** A dialog; nothing when it was closed without a choice. */
  chooseFolder(): Promise<string | undefined>
  /** The same for a dataset that is a single file. */
  chooseManifest(): Promise<string | undefined>
  /** The absolute path of a dropped file or folder (a DOM `File`); empty for one that is not on the disk. */
  pathOfDropped(file: unknown): string
  /** Shows a folder or file of the home or of a dataset in the system's file manager. */
  showInFolder(path: string): Promise<void>
  /** What the window looks like by its menu, which says so too. */
  readTheme(): Promise<ThemeChoice>
  setTheme(theme: ThemeChoice): Promise<void>
  readUpdates(): Promise<UpdateState>
  /** Resolves when it has ended, well or not: the state tells. */
  takeUpdateStep(step: UpdateStep): Promise<void>
  onUpdates(listener: (state: UpdateState) => void): () => void
  /** Calls the listener with what is chosen in the menu; the returned function ends that. */
  onCommand(listener: (command: WindowCommand) => void): () => void
}

/** What a line leads to: the host, or the trainer that answers questions about images. */
export const lineEnds = ['host', 'images'] as const
export type LineEnd = (typeof lineEnds)[number]

/** `data` of the message that brings the port. */
export const lineMessages = { host: 'anneal-host-line', images: 'anneal-images-line' } as const

/** What the window looks like, by its menu. */
export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

/** What the native menu asks of the page. */
export type WindowCommand =
  | { readonly name: 'add-dataset' | 'new-run' | 'command-palette' | 'keyboard-shortcuts' }
  /** Goes to a place: a path of the router, such as `/runs`. */
  | { readonly name: 'go'; readonly path: string }
  /** Takes over a recipe of a file. */
  | { readonly name: 'open-recipe'; readonly file: string; readonly recipe: Recipe }
