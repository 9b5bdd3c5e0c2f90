import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { StorageError } from '../shared/errors.ts'
import { makeFolder, storing } from './files.ts'
import { isProcessAlive } from './process-alive.ts'
import { sync } from './write-file.ts'

const UNFINISHED = '.unfinished'
const PREVIOUS = '.previous'
/** Milliseconds after which what a process on another machine left is taken to be abandoned. */
const ABANDONED = 24 * 3600 * 1000

let count = 0

export interface WriteFolderOptions {
  /** Takes the place of a folder that is there. Without it, that is refused, unless the folder is empty. */
  readonly replace?: boolean
}

/**
 * Fills a folder aside, syncs all that is in it, and gives it its name, so that the name always stands for a whole
 * folder: the old one or the new one. What fails leaves the old one and nothing else. Where one is replaced, the old
 * one is called `<name>.previous` between two renames; {@link wholeFolders} finds it should the machine stop there.
 * @param fill writes into the folder that it is given
 * @throws StorageError where it cannot be written, or a folder is there that is not to be replaced
 */
export async function writeFolderWhole<R>(
  folder: string,
  fill: (aside: string) => R | Promise<R>,
  { replace = false }: WriteFolderOptions = {},
): Promise<R> {
  const aside = `${folder}.${hostname()}-${process.pid}-${(count += 1)}${UNFINISHED}`
  makeFolder(dirname(folder))
  storing(folder, () => removeAbandoned(folder))
  storing(folder, () => mkdirSync(aside))
  try {
    const result = await fill(aside)
    storing(folder, () => {
      syncAll(aside)
      takePlace(aside, folder, replace)
    })
    return result
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Deletes what killed processes left of a folder that they wrote. */
export function removeAbandoned(folder: string): void {
  const pattern = /^(.+)-(\d+)-\d+\.unfinished$/
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.`)) continue
    const [, host, pid] = pattern.exec(name.slice(basename(folder).length + 1)) ?? []
    if (host === undefined) continue
    const path = join(dirname(folder), name)
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    const isGone = host === hostname() && !isProcessAlive(Number(pid), written / 1000)
    if (isGone || Date.now() - written > ABANDONED) rmSync(path, { recursive: true, force: true })
  }
}

function syncAll(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) syncAll(path)
    else if (entry.isFile()) sync(path)
  }
  sync(folder)
}

/** Gives a finished folder its name; the one that is replaced goes once the new one has it. */
export function takePlace(aside: string, folder: string, replace: boolean): void {
  const previous = folder + PREVIOUS
  if (replace && existsSync(folder)) {
    rmSync(previous, { recursive: true, force: true })
    renameSync(folder, previous)
  }
  try {
    renameOnto(aside, folder)
  } catch (error) {
    if (existsSync(previous) && !existsSync(folder)) renameSync(previous, folder)
    throw error
  }
  sync(dirname(folder))
  rmSync(previous, { recursive: true, force: true })
}

/** A rename onto a folder succeeds only where that is empty. */
function renameOnto(aside: string, folder: string): void {
  try {
    renameSync(aside, folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    throw isTaken(folder, error)
  }
}

/** Refuses a folder that is to be made and is there. */
export const isTaken = (folder: string, cause?: unknown): StorageError =>
  new StorageError(`${folder} is there already; name another folder, or delete it.`, { cause })

/** The folders of a folder that are whole, by their names, and the path of each. None where it is not there. */
export function wholeFolders(parent: string): Map<string, string> {
  const names = storing(parent, () => (existsSync(parent) ? readdirSync(parent).sort() : []))
  const present = new Set(names)
  const whole = names.flatMap((name): [string, string][] => {
    if (name.endsWith(UNFINISHED)) return []
    if (!name.endsWith(PREVIOUS)) return [[name, join(parent, name)]]
    const own = name.slice(0, -PREVIOUS.length)
    return present.has(own) ? [] : [[own, join(parent, name)]]
  })
  return new Map(whole)
}

/**
 * Deletes folders that were written whole, and what interrupted writing or deleting has left in their parent. For its
 * one writer.
 */
export function removeFolders(parent: string, folders: readonly string[]): void {
  storing(parent, () => {
    for (const folder of wholeFolders(parent).values())
      if (folder.endsWith(PREVIOUS)) renameSync(folder, folder.slice(0, -PREVIOUS.length))
    // Renamed first: what a crash leaves half deleted must not look whole.
    for (const folder of folders) renameSync(folder, folder + UNFINISHED)
    for (const name of readdirSync(parent))
      if (name.endsWith(UNFINISHED) || name.endsWith(PREVIOUS))
        rmSync(join(parent, name), { recursive: true, force: true })
  })
}
