import { createHash } from 'node:crypto'
import type { FileColumns } from './split-index.ts'

/** SHA-256 over names, labels and sizes of a split's images in their order: what a sample index stands for. */
export function fingerprint({ paths, labels, bytes }: Pick<FileColumns, 'paths' | 'labels' | 'bytes'>): string {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update('\0')
  return hash.update(labels).update(bytes).digest('hex')
}
