import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'

interface Lock {
  /** By folder: `node_modules/a/node_modules/b`. */
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly dependencies?: Readonly<Record<string, string>>
        readonly optionalDependencies?: Readonly<Record<string, string>>
      }
    >
  >
}

/** The folders of some packages and of all that they need, as package-lock.json tells them. */
export function foldersOf(names: readonly string[], lock: Lock): string[] {
  const found = new Set<string>()
  const add = (name: string, from: string) => {
    const folder = resolve(name, from, lock)
    // An optional package for another platform is not there.
    if (folder === undefined || found.has(folder)) return
    found.add(folder)
    const { dependencies, optionalDependencies } = lock.packages[folder]!
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) add(needed, folder)
  }
  for (const name of names) add(name, '')
  return [...found].sort()
}

/** As Node looks for it: in the folder that asks, and then in those above. */
function resolve(name: string, from: string, lock: Lock): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (folder in lock.packages) return folder
  if (from === '') return undefined
  return resolve(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), lock)
}

/** Copies the folders that are installed, each without what lies in it for others. */
export function copyModules(folders: readonly string[], root: string, target: string): void {
  for (const folder of folders) {
    const source = join(root, folder)
    if (!existsSync(source)) continue
    cpSync(source, join(target, folder), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => path === source || !path.slice(source.length).includes('/node_modules'),
    })
  }
}
