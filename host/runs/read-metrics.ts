import { open, type FileHandle } from 'node:fs/promises'
import type { MetricsChunk, MetricSeries } from '../../shared/contract/workbench.ts'
import { parseJsonLines } from '../../shared/run-folder/json-lines.ts'
import { isMetricsRecord } from '../../shared/run-folder/metrics.ts'
import { joinSeries, keep, readKept } from './kept-metrics.ts'
import { metricColumns } from './metric-columns.ts'

const NEWLINE = 10
/** Bytes that are parsed again and again rather than kept. */
const LITTLE = 64 * 1024

/**
 * The records of a `metrics.jsonl` after a cursor: whole lines only. Every start of a run writes the file
 * anew, so a cursor names the file beside the offset in bytes. What is read from the beginning is kept as columns
 * in `keptFile`, if one is named: parsing is most of the work.
 */
export async function readMetrics(file: string, cursor: string, keptFile?: string): Promise<MetricsChunk> {
  const handle = await openIfPresent(file)
  if (!handle) return { next: '', restarted: cursor !== '', series: [] }
  try {
    const { ino, birthtimeMs } = await handle.stat()
    const identity = `${ino}-${Math.floor(birthtimeMs)}`
    const isSame = cursor.startsWith(`${identity}-`)
    const { end, series } = isSame
      ? await readFrom(handle, Number(cursor.slice(identity.length + 1)))
      : await readWhole(handle, identity, keptFile)
    return { next: `${identity}-${end}`, restarted: cursor !== '' && !isSame, series }
  } finally {
    await handle.close()
  }
}

interface Read {
  /** Offset of what comes next. */
  readonly end: number
  readonly series: readonly MetricSeries[]
}

async function readFrom(handle: FileHandle, offset: number): Promise<Read> {
  const lines = await wholeLines(handle, offset)
  return { end: offset + lines.length, series: metricColumns(parseJsonLines(lines.toString('utf8'), isMetricsRecord)) }
}

async function readWhole(handle: FileHandle, identity: string, keptFile: string | undefined): Promise<Read> {
  const kept = keptFile === undefined ? undefined : await readKept(keptFile, identity)
  const { end, series: later } = await readFrom(handle, kept?.offset ?? 0)
  const series = kept ? joinSeries(kept.series, later) : later
  if (keptFile !== undefined && end - (kept?.offset ?? 0) > LITTLE)
    keep(keptFile, { format: 1, identity, offset: end, series })
  return { end, series }
}

async function openIfPresent(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** From an offset to the last line break. */
async function wholeLines(handle: FileHandle, offset: number): Promise<Buffer> {
  const { size } = await handle.stat()
  const content = Buffer.alloc(Math.max(0, size - offset))
  const { bytesRead } = await handle.read(content, 0, content.length, offset)
  return content.subarray(0, content.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1)
}
