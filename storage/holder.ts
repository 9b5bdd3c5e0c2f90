import { realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { isProcessAlive } from './process-alive.ts'
import { thisProcess, type ProcessName } from './process-facts.ts'

/** Seconds without a sign after which a process on another machine is taken for gone; clocks may differ by minutes. */
export const HOLDER_LOST = 600

/** A process that holds a folder or a file, as locks and records name it. */
export interface Holder extends ProcessName {
  /** The folder that it meant, links followed: what lies elsewhere is a copy, of which it knows nothing. */
  readonly folder?: string | undefined
}

/** This process, for something in a folder. */
export const thisHolder = (folder: string): Holder => ({ ...thisProcess(hostname()), folder: real(folder) })

/**
 * Until when a holder counts as at work, in Unix seconds: `Infinity` for a process of this machine that lives,
 * nothing for one that is gone. A process on another machine, or of the folder that this one was copied from, cannot
 * be asked: all that is known is when it has last given a sign.
 * @param folder where what it holds lies now
 * @param began when it began to hold it, by its own clock; Unix seconds, like the signs
 */
export function heldUntil(holder: Holder, folder: string, began: number, signs: readonly number[]): number | undefined {
  const isHere = holder.host === hostname() && (holder.folder === undefined || holder.folder === real(folder))
  if (isHere) return isProcessAlive(holder.pid, began, holder.birth) ? Infinity : undefined
  const now = Date.now() / 1000
  // A clock that is wrong by more tells nothing: it must not hold anything for years.
  const known = [began, ...signs].filter((sign) => sign <= now + HOLDER_LOST)
  const until = Math.max(...known) + HOLDER_LOST
  return until > now ? until : undefined
}

/** `process 12 on other-machine`. */
export const holderName = ({ pid, host }: ProcessName): string => `process ${pid} on ${host}`

/** A time of day with its zone, e.g. `16:30:11 GMT+0200`. */
export const timeOfDay = (seconds: number): string => new Date(1000 * seconds).toTimeString().slice(0, 17)

function real(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return resolve(folder)
  }
}
