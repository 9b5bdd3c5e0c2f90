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
