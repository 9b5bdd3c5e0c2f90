import { open, type FileHandle } from 'node:fs/promises'
import type { MetricsChunk, MetricSeries } from '../../shared/contract/workbench.ts'
import { parseJsonLines } from '../../storage/json-lines.ts'
import { inStepOrder, isMetricsRecord } from '../../shared/run-folder/metrics.ts'
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
    const { end, series, leftOut } = isSame
      ? await readFrom(handle, Number(cursor.slice(identity.length + 1)))
      : await readWhole(handle, identity, keptFile)
    return { next: `${identity}-${end}`, restarted: cursor !== '' && !isSame, series, ...(leftOut > 0 && { leftOut }) }
  } finally {
    await handle.close()
  }
}

interface Read {
  /** Offset of what comes next. */
  readonly end: number
  readonly series: readonly MetricSeries[]
  /** Lines that are damaged, or out of the order of the steps. */
  readonly leftOut: number
}

async function readFrom(handle: FileHandle, offset: number): Promise<Read> {
  const lines = await wholeLines(handle, offset)
  const { records, leftOut } = parseJsonLines(lines.toString('utf8'), isMetricsRecord)
  const kept = inStepOrder(records)
  return {
    end: offset + lines.length,
    series: metricColumns(kept),
    leftOut: leftOut + records.length - kept.length,
  }
}

async function readWhole(handle: FileHandle, identity: string, keptFile: string | undefined): Promise<Read> {
  const kept = keptFile === undefined ? undefined : await readKept(keptFile, identity)
  const { end, series: later, leftOut: more } = await readFrom(handle, kept?.offset ?? 0)
  const series = kept ? joinSeries(kept.series, later) : later
  const leftOut = (kept?.leftOut ?? 0) + more
  if (keptFile !== undefined && end - (kept?.offset ?? 0) > LITTLE)
    keep(keptFile, { format: 1, identity, offset: end, series, leftOut })
  return { end, series, leftOut }
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
