import { Option } from 'commander'
import { resolve } from 'node:path'
import { formatBytes } from '../shared/format-bytes.ts'
import { storing } from '../storage/files.ts'
import { writeFileWhole } from '../storage/write-file.ts'
import type { Answer } from './answer.ts'
import { shortPath } from './format.ts'

export const htmlOption = (): Option =>
  new Option('--html <file>', 'write it as a page with pictures, which needs nothing beside it').conflicts('slice')

/** Writes a page and answers with where it is. */
export function writePage(wanted: string, page: string): Answer {
  const file = resolve(wanted)
  storing(file, () => writeFileWhole(file, page))
  const bytes = Buffer.byteLength(page)
  return { data: { file, bytes }, text: `${shortPath(file)}, ${formatBytes(bytes)}: open it in a browser.` }
}
