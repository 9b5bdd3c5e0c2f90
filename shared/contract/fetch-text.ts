import type { FetchProgress } from './builds.ts'

/** In one line, e.g. `1,234 of 3,380 MB, 36 %, unpacking nvidia-cudnn-cu12, 4 min left`. */
export function fetchText({ doing, name, done, total, secondsLeft }: FetchProgress): string {
  const left = secondsLeft === undefined ? '' : `, ${timeLeft(secondsLeft)} left`
  const unpacking = doing === 'unpacking' ? `, unpacking ${name}` : ''
  return `${megabytes(done)} of ${megabytes(total)} MB, ${Math.floor((100 * done) / total)} %${unpacking}${left}`
}

const timeLeft = (seconds: number) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`)

const megabytes = (bytes: number) => Math.round(bytes / 1e6)
