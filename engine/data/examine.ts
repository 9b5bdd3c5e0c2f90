import type { ExaminedColumns } from './index-file.ts'
import { emptyFile, largeFile, missingFile } from './scan/reason.ts'
import { scanImages, type OnProgress } from './scan/scan-images.ts'
import type { FileColumns } from './split-index.ts'

/** A file of more than this would be read into memory whole; no image that is small enough is that large. */
const maxBytes = 1e9

/**
 * What is in every file: as remembered where its size and time have not changed, else by decoding it.
 * @returns a row a file, in their order; `changed` where that is not just what was remembered
 */
export async function examine(
  root: string,
  files: Omit<FileColumns, 'labels'>,
  remembered: ExaminedColumns | undefined,
  onProgress?: OnProgress,
): Promise<{ examined: ExaminedColumns; changed: boolean }> {
  const count = files.paths.length
  const empty = () => new Int32Array(count)
  const reasons = new Map<number, string>()
  const examined = { ...files, heights: empty(), widths: empty(), kinds: empty(), reasons }
  const unknown = recall(examined, reasons, remembered).filter((row) => {
    const reason = sizeReason(files.bytes[row]!)
    if (reason !== undefined) reasons.set(row, reason)
    return reason === undefined
  })
  const found = await scanImages(root, unknown.map((row) => files.paths[row]!), onProgress)
  unknown.forEach((row, i) => {
    examined.heights[row] = found.heights[i]!
    examined.widths[row] = found.widths[i]!
    examined.kinds[row] = found.kinds[i]!
    const reason = found.reasons.get(i)
    if (reason !== undefined) reasons.set(row, reason)
  })
  return { examined, changed: unknown.length > 0 || remembered?.paths.length !== count }
}

/** Fills in what is remembered of files that have not changed; gives the rows of the others. */
function recall(examined: ExaminedColumns, reasons: Map<number, string>, remembered: ExaminedColumns | undefined): number[] {
  const rows = new Map(remembered?.paths.map((path, row) => [path, row]))
  const unknown: number[] = []
  examined.paths.forEach((path, row) => {
    const old = rows.get(path)
    if (old === undefined || remembered!.bytes[old] !== examined.bytes[row] || remembered!.mtimes[old] !== examined.mtimes[row]) return void unknown.push(row)
    for (const column of ['heights', 'widths', 'kinds'] as const) examined[column][row] = remembered![column][old]!
    const reason = remembered!.reasons.get(old)
    if (reason !== undefined) reasons.set(row, reason)
  })
  return unknown
}

function sizeReason(bytes: number): string | undefined {
  if (bytes < 0) return missingFile
  if (bytes === 0) return emptyFile
  return bytes > maxBytes ? largeFile : undefined
}
