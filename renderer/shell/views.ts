import { digitOf, views, type View } from '../../shared/contract/views.ts'
import type { Shortcut } from '../app/commands/commands.ts'
import type { ViewFolder } from '../app/view-folder.ts'

/** A view as the page has it. */
export interface PageView extends Pick<View, 'name' | 'purpose'>, ViewFolder {
  /** Of the router: `/runs`. */
  readonly path: string
  /** Only the first nine have one. */
  readonly shortcut?: Shortcut | undefined
}

const folders = import.meta.glob<ViewFolder>('../*/view.ts', { eager: true, import: 'view' })

/** In the order of the list. */
export const pageViews: readonly PageView[] = joinViews(
  views,
  new Map(Object.entries(folders).map(([file, folder]) => [file.split('/')[1]!, folder])),
)

/**
 * The listed views with what their folders bring.
 * @throws Error when a listed view has no folder, or a folder's view is not listed
 */
export function joinViews(
  listed: readonly Pick<View, 'name' | 'path' | 'purpose'>[],
  folders: ReadonlyMap<string, ViewFolder>,
): PageView[] {
  const paths = new Set(listed.map(({ path }) => path))
  for (const name of folders.keys()) if (!paths.has(name)) throw new Error(`renderer/${name} has a view.ts: list it.`)
  return listed.map(({ name, path, purpose }, index) => {
    const folder = folders.get(path)
    if (!folder) throw new Error(`The view ${name} is listed: give it renderer/${path}/view.ts.`)
    return { name, purpose, path: `/${path}`, shortcut: shortcutOf(index), ...folder }
  })
}

function shortcutOf(index: number): Shortcut | undefined {
  const digit = digitOf(index)
  return digit === undefined ? undefined : { modifier: 'Alt', code: `Digit${digit}` }
}
