import type { FetchProgress } from '../shared/contract/builds.ts'
import { fetchText } from '../shared/contract/fetch-text.ts'

/** Milliseconds between two drawings. */
const intervalMs = 250

/** Shows how far the fetching of wheels is, on a terminal only; what is said stands above. */
export function fetchDisplay(stream = process.stderr) {
  let isShown = false
  let last = 0
  const clear = () => {
    if (isShown) stream.write('\r\u001b[K')
    isShown = false
  }
  return {
    say: (line: string): void => {
      clear()
      stream.write(`${line}\n`)
    },
    show: (progress: FetchProgress): void => {
      if (!stream.isTTY || Date.now() - last < intervalMs) return
      last = Date.now()
      isShown = true
      stream.write(`\r${`  ${fetchText(progress)}`.slice(0, (stream.columns || 80) - 1)}\u001b[K`)
    },
    end: clear,
  }
}
