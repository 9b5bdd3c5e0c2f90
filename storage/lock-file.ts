import { closeSync, existsSync, openSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { readJson, storing } from './files.ts'
import { writeFileWhole } from './write-file.ts'
import { heldUntil, thisHolder } from './holder.ts'

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  birth: z.string().optional(),
  folder: z.string().optional(),
  at: z.number(),
  key: z.number().optional(),
})
export type LockHolder = z.infer<typeof holderSchema>

export interface HeldLock {
  readonly release: () => void
  /** Shows other machines that its holder lives. Says whether it is still held: another one may have taken it over. */
  readonly renew: () => boolean
}

export type LockAttempt = HeldLock | { readonly holder: LockHolder | undefined }

/** Milliseconds: longer than another process takes from finding a lock stale to writing its own. */
const TAKEOVER = 100

/**
 * Takes a lock file, or says who holds it. A lock whose process is gone counts for nothing.
 * @param isGone says so; without it, {@link lockedUntil}
 */
export function takeLock(
  file: string,
  isGone: (holder: LockHolder) => boolean = (holder) => lockedUntil(file, holder) === undefined,
): LockAttempt {
  const mine: LockHolder = { ...thisHolder(dirname(file)), at: Date.now() / 1000, key: Math.random() }
  const taken = { release: () => releaseIfMine(file, mine), renew: () => renewIfMine(file, mine) }
  if (create(file, mine)) return taken
  const holder = readHolder(file) ?? readHolderLater(file)
  if (holder && !isGone(holder)) return { holder }
  // It was given free meanwhile, and others want it too: whoever makes it anew has it.
  if (!holder && !existsSync(file)) return create(file, mine) ? taken : { holder: readHolder(file) }
  // Several may find it stale at once: the last one to write has it.
  storing(file, () => writeFileWhole(file, JSON.stringify(mine)))
  const after = readHolderLater(file)
  return after?.key === mine.key ? taken : { holder: after }
}

function releaseIfMine(file: string, { key }: LockHolder): void {
  if (readHolder(file)?.key === key) rmSync(file, { force: true })
}

function renewIfMine(file: string, { key }: LockHolder): boolean {
  if (readHolder(file)?.key !== key) return false
  const now = new Date()
  storing(file, () => utimesSync(file, now, now))
  return true
}

/** Who holds a lock file; nothing where nobody does, or who did is gone. */
export function lockHolder(file: string, isGone: (holder: LockHolder) => boolean): LockHolder | undefined {
  const holder = readHolder(file)
  return holder && !isGone(holder) ? holder : undefined
}

/** Opening for exclusive creation lets only one of two processes through. */
function create(file: string, holder: LockHolder): boolean {
  return storing(file, () => {
    try {
      const descriptor = openSync(file, 'wx')
      try {
        writeSync(descriptor, JSON.stringify(holder))
      } catch (error) {
        rmSync(file)
        throw error
      } finally {
        closeSync(descriptor)
      }
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  })
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return holderSchema.safeParse(readJson(file)).data
  } catch {
    return undefined
  }
}

function readHolderLater(file: string): LockHolder | undefined {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TAKEOVER)
  return readHolder(file)
}

/** Until when the holder of a lock counts, as {@link heldUntil}. The lock's own time is its last sign. */
export const lockedUntil = (file: string, holder: LockHolder, signs: readonly number[] = []): number | undefined =>
  heldUntil(holder, dirname(file), holder.at, [timeOf(file), ...signs])

/** When a file was last written, in Unix seconds; 0 where there is none. */
export const timeOf = (file: string): number => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000
