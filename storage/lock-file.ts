import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { readJson, storing } from './files.ts'
import { writeFileWhole } from './write-file.ts'
import { thisProcess } from './process-facts.ts'
import { isProcessAlive } from './process-alive.ts'

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  birth: z.string().optional(),
  at: z.number(),
  key: z.number().optional(),
})
export type LockHolder = z.infer<typeof holderSchema>

export type LockAttempt = { readonly release: () => void } | { readonly holder: LockHolder | undefined }

/** Milliseconds: longer than another process takes from finding a lock stale to writing its own. */
const TAKEOVER = 100

/**
 * Takes a lock file, or says who holds it. A lock whose process is gone counts for nothing.
 * @param isGone says so; without it, a process on another machine is believed to live
 */
export function takeLock(file: string, isGone = isGoneHere): LockAttempt {
  const mine: LockHolder = { ...thisProcess(hostname()), at: Date.now() / 1000, key: Math.random() }
  const taken = { release: () => releaseIfMine(file, mine) }
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

/** Whether it names a process of this machine that is gone. */
export const isGoneHere = ({ pid, host, at, birth }: LockHolder) =>
  host === hostname() && !isProcessAlive(pid, at, birth)
