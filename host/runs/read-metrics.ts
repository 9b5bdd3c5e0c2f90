import { open, type FileHandle } from 'node:fs/promises'
import type { MetricsChunk } from '../../shared/contract/workbench.ts'
import type { MetricsRecord } from '../../shared/run.ts'
import { metricColumns } from './metric-columns.ts'

const NEWLINE = 10

/**
 * The records of a `metrics.jsonl` after a cursor: whole lines only. Every start of a run writes the file
 * anew, so a cursor names the file beside the offset in bytes.
 */
export async function readMetrics(file: string, cursor: string): Promise<MetricsChunk> {
  const handle = await openIfPresent(file)
  if (!handle) return { next: '', restarted: cursor !== '', series: [] }
  try {
    const { ino, birthtimeMs } = await handle.stat()
    const identity = `${ino}-${Math.floor(birthtimeMs)}`
    const isSame = cursor.startsWith(`${identity}-`)
    const offset = isSame ? Number(cursor.slice(identity.length + 1)) : 0
    const lines = await wholeLines(handle, offset)
    return { next: `${identity}-${offset + lines.length}`, restarted: cursor !== '' && !isSame, series: metricColumns(recordsOf(lines)) }
  } finally {
    await handle.close()
  }
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

function recordsOf(lines: Buffer): MetricsRecord[] {
  const text = lines.toString('utf8').trimEnd()
  if (text === '') return []
  try {
    // One document is parsed several times as fast as thousands.
    return JSON.parse(`[${text.replaceAll('\n', ',')}]`) as MetricsRecord[]
  } catch {
    return text.split('\n').flatMap(parsed)
  }
}

function parsed(line: string): MetricsRecord[] {
  try {
    return [JSON.parse(line) as MetricsRecord]
  } catch {
    return []
  }
}
