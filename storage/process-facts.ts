import { readFileSync } from 'node:fs'

/** Linux counts process times in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100

export interface ProcessFacts {
  /** One letter: `R` running, `S` asleep, `Z` dead but not buried. */
  readonly state: string
  /** Tells a process from every other one that has or had its id on this machine; setting the clock does not change it. */
  readonly birth: string
  /** When it began, in Unix seconds by the clock as it is set now. */
  readonly began: number
}

/** What the system knows of a process; nothing for one that is gone, nor on other systems than Linux. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces and parentheses: field 3 is the first after the last of them.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[19])
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return {
      state: fields[0]!,
      birth: `${boot} ${ticks}`,
      began: Date.now() / 1000 - uptime + ticks / TICKS_PER_SECOND,
    }
  } catch {
    return undefined
  }
}

/** A process as records and locks name it. */
export interface ProcessName {
  readonly pid: number
  readonly host: string
  readonly birth?: string
}

/** The process that this is, on a machine of this name. */
export function thisProcess(host: string): ProcessName {
  const birth = processFacts(process.pid)?.birth
  return { pid: process.pid, host, ...(birth !== undefined && { birth }) }
}

export const isSameProcess = (a: ProcessName, b: ProcessName): boolean =>
  a.pid === b.pid && a.host === b.host && a.birth === b.birth
