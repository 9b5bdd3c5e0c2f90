import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { RunError } from '../shared/errors.ts'
import { readJson, storing } from './files.ts'
import { isProcessAlive } from './process-alive.ts'

const holderSchema = z.object({ pid: z.int(), host: z.string(), at: z.number() })

/**
 * Keeps a second trainer out of a run's folder from before TensorFlow is loaded until the end. Returns what
 * gives the run free. A lock whose process is gone counts for nothing. Throws `RunError` when it is held.
 */
export function lockRun(folder: string, id: string): () => void {
  const file = join(folder, 'lock.json')
  if (!create(file)) {
    const holder = readHolder(file)
    if (holder && isHeld(holder)) throw new RunError(`The run ${id} is in use by process ${holder.pid} on ${holder.host}; wait for it to end, or stop it.`)
    rmSync(file, { force: true })
    if (!create(file)) throw new RunError(`The run ${id} is in use by another process; wait for it to end.`)
  }
  return () => rmSync(file, { force: true })
}

/** Opening for exclusive creation lets only one of two processes through. */
function create(file: string): boolean {
  return storing(file, () => {
    try {
      const descriptor = openSync(file, 'wx')
      writeSync(descriptor, JSON.stringify({ pid: process.pid, host: hostname(), at: Date.now() / 1000 }))
      closeSync(descriptor)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  })
}

function readHolder(file: string): z.infer<typeof holderSchema> | undefined {
  try {
    return holderSchema.safeParse(readJson(file)).data
  } catch {
    return undefined
  }
}

const isHeld = ({ pid, host, at }: z.infer<typeof holderSchema>) => host !== hostname() || isProcessAlive(pid, at)
