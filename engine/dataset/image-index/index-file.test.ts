import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import type { ListedDataset } from '../readers/listing.ts'
import { readColumnFile, writeColumnFile } from './column-file.ts'
import { readIndexFile, writeIndexFile, type ExaminedColumns } from './index-file.ts'
import { TextColumn } from './text-column.ts'

it('a listing is kept, but not that of an earlier Anneal, which listed the same files otherwise', () => {
  const file = join(temporaryFolder(), 'a.index')
  const paths = TextColumn.of(['train/a/1.png', 'val/a/1.png'])
  const [bytes, mtimes, labels] = [Float64Array.of(3, 4), Float64Array.of(1, 2), Int32Array.of(0, 0)]
  const examined = {
    paths,
    bytes,
    mtimes,
    offsets: new Float64Array(2),
    reasons: new Map(),
  } as unknown as ExaminedColumns
  const listing = {
    kind: 'image-folder',
    classes: ['a'],
    files: { paths, labels, bytes, mtimes },
  } as unknown as ListedDataset
  writeIndexFile(file, { examined, listing })
  expect(readIndexFile(file)!.listing).toMatchObject({ kind: 'image-folder', classes: ['a'] })

  const { facts, columns } = readColumnFile<Record<string, unknown>>(file)!
  const { rules, ...earlier } = facts
  expect(rules).toBeGreaterThan(1)
  writeColumnFile(file, { facts: earlier, columns })
  const kept = readIndexFile(file)!
  expect(kept.listing).toBeUndefined()
  expect([...kept.examined.paths]).toEqual(['train/a/1.png', 'val/a/1.png'])
})
