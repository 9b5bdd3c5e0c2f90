import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SpecResult {
  readonly ended: string
  readonly status: string
  /** Why it failed: an expectation each. */
  readonly says: readonly string[]
}

export type ReportLine = SpecResult | { readonly began: string } | { readonly complete: true }

/** Runs all specs in a process of its own. Throws an `Error` with the name of the spec in which the process ended. */
export async function runSpecs(): Promise<SpecResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-test-'))
  try {
    return await runChild(join(folder, 'specs.jsonl'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runChild(report: string): Promise<SpecResult[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'run-specs.ts'), report], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)))
  const ending = await new Promise((resolve) =>
    child.once('close', (status, signal) => resolve(signal ?? `status ${status}`)),
  )
  const lines = existsSync(report) ? readFileSync(report, 'utf8').split('\n').filter(Boolean) : []
  const read = lines.map((line) => JSON.parse(line) as ReportLine)
  const last = read.at(-1)
  if (last && 'complete' in last) return read.filter((line) => 'ended' in line)
  throw new Error(`The process of the specs ended by ${String(ending)} ${whereIn(last)}:\n${stderr}`)
}

function whereIn(last: ReportLine | undefined): string {
  if (last && 'began' in last) return `in the spec "${last.began}"`
  return last && 'ended' in last ? `after the spec "${last.ended}"` : 'before the first spec'
}
