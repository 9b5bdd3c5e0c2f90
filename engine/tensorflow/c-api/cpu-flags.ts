import { readFileSync } from 'node:fs'

let found: string | undefined

/** What Linux says that the first core can do, as words between spaces; nothing elsewhere. */
export const cpuFlags = (): string => (found ??= read())

function read(): string {
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}
