import { processFacts } from './process-facts.ts'

/**
 * Whether the process that had this id at a time, in Unix seconds, still runs. On Linux one that began later and was
 * given the same id is told apart: by its birth, or where that is not known, by the clock.
 */
export function isProcessAlive(pid: number, at: number, birth?: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const facts = processFacts(pid)
  if (!facts) return true
  // A dead one stays in the table until its parent, or whoever has inherited it, asks how it ended.
  if (facts.state === 'Z' || facts.state === 'X') return false
  // Boot time is rounded and clocks are adjusted: a second or two mean nothing.
  return birth === undefined ? facts.began <= at + 2 : facts.birth === birth
}
