/**
 * What the desktop window's preload script gives the page as `window.anneal`: the only object of its own there.
 * In a browser there is none.
 */
export interface NativeWindow {
  /**
   * Opens a line to the host. The port comes as a `message` event of `window`, whose `data` is `hostLine` and
   * whose `ports[0]` is the port: a port cannot cross the bridge as a result.
   */
  openLine(): void
  /** A dialog; nothing when it was closed without a choice. */
  chooseFolder(): Promise<string | undefined>
  /** The same for a dataset that is a single file. */
  chooseManifest(): Promise<string | undefined>
  /** The absolute path of a dropped file or folder (a DOM `File`); empty for one that is not on the disk. */
  pathOfDropped(file: unknown): string
  /** Shows a folder or file of the home or of a dataset in the system's file manager. */
  showInFolder(path: string): Promise<void>
  /** Calls the listener with what is chosen in the menu; the returned function ends that. */
  onCommand(listener: (command: WindowCommand) => void): () => void
}

/** `data` of the message that brings the port. */
export const hostLine = 'anneal-host-line'

/** What the window looks like, by its menu. */
export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

/** What the native menu asks of the page. */
export type WindowCommand =
  | { readonly name: 'add-dataset' | 'new-run' | 'command-palette' | 'keyboard-shortcuts' }
  /** Goes to a place: a path of the router, such as `/runs`. */
  | { readonly name: 'go'; readonly path: string }
