import { readFileSync } from 'node:fs'

/** Linux counts process times in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100

/**
 * Whether the process that had this id at a time, in Unix seconds, still runs. On Linux one that began later
 * and was given the same id is told apart.
 */
export function isProcessAlive(pid: number, at: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const facts = processFacts(pid)
  // A dead one stays in the table until its parent, or whoever has inherited it, asks how it ended.
  if (facts?.state === 'Z' || facts?.state === 'X') return false
  const began = facts?.began
  // Boot time is rounded and clocks are adjusted: a second or two mean nothing.
  return began === undefined || began <= at + 2
}

/** The state of a process, and when it began in Unix seconds; unknown on other systems than Linux. */
function processFacts(pid: number): { state: string; began: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces and parentheses: field 3 is the first after the last of them.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[19])
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
    return { state: fields[0]!, began: Date.now() / 1000 - uptime + ticks / TICKS_PER_SECOND }
  } catch {
    return undefined
  }
}
