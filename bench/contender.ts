import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What a contender measured of itself, in a process of its own. */
export interface Measurement {
  /** Median over the timed steps. */
  readonly imagesPerSecond: number
  /** Highest resident memory of the process, bytes. */
  readonly peakBytes: number
}

/** Somebody whose steps are timed. */
export interface Contender {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

const script = (name: string) => fileURLToPath(new URL(`contenders/${name}`, import.meta.url))

export const typescript = (name: string, file: string): Contender => ({
  name,
  command: process.execPath,
  args: ['--import', 'tsx', script(file)],
})

export const python = (name: string, file: string, command: string): Contender => ({
  name,
  command,
  args: [script(file)],
})

export interface Workload {
  readonly batch: number
  /** Height and width, px. */
  readonly size: number
}

/** Runs a contender on a workload. It prints one JSON line, its last. Throws what it printed when it fails. */
export async function measure<R = Measurement>(
  { command, args }: Contender,
  { batch, size }: Workload,
  steps: number,
): Promise<R> {
  const { stdout } = await promisify(execFile)(command, [...args, String(batch), String(size), String(steps)], {
    env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
    maxBuffer: 1 << 24,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as R
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
