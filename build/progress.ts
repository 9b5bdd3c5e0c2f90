import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const megabytes = (bytes: number) => Math.round(bytes / 1e6)
const intervalMs = 250

/** One line on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/**
 * Shows how far a piece of work is, on a terminal only: elsewhere a moving figure would fill a log.
 * `done` is asked for bytes a few times a second.
 */
export async function withMeter<T>(
  label: string,
  totalBytes: number,
  done: () => number,
  work: () => Promise<T>,
): Promise<T> {
  say(`${label} (${megabytes(totalBytes)} MB) ...`)
  if (!process.stderr.isTTY) return work()
  const show = () =>
    process.stderr.write(`\r  ${megabytes(Math.min(done(), totalBytes))} of ${megabytes(totalBytes)} MB\u001b[K`)
  const timer = setInterval(show, intervalMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    process.stderr.write('\r\u001b[K')
  }
}

/** The bytes of all files below a folder; files that go away meanwhile count nothing. */
export function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.reduce(
    (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
