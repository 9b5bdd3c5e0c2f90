import type { FetchProgress } from '../shared/contract/builds.ts'

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
      stream.write(`\r${fetchText(progress).slice(0, (stream.columns || 80) - 1)}\u001b[K`)
    },
    end: clear,
  }
}

/** In one line, e.g. `  1,234 of 3,380 MB, 36 %, unpacking nvidia-cudnn-cu12, 4 min left`. */
function fetchText({ doing, name, done, total, secondsLeft }: FetchProgress): string {
  const left = secondsLeft === undefined ? '' : `, ${timeLeft(secondsLeft)} left`
  const unpacking = doing === 'unpacking' ? `, unpacking ${name}` : ''
  return `  ${megabytes(done)} of ${megabytes(total)} MB, ${Math.floor((100 * done) / total)} %${unpacking}${left}`
}

const timeLeft = (seconds: number) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`)

const megabytes = (bytes: number) => Math.round(bytes / 1e6)
