import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { arrowSeal } from '../../shared/run-folder/evaluation.ts'
import type { ColumnsOf, ColumnTypes } from '../arrow-columns.ts'
import { storing } from '../files.ts'
import { readArrowFile, type ArrowTable } from '../read-arrow.ts'
import { readSealed, writeSealed } from '../sealed-json.ts'
import { ArrowFileWriter } from '../write-arrow.ts'
import { sync } from '../write-file.ts'

/** What was found out about the samples of an evaluation later, and is kept beside its report. */
export interface Beside {
  /** The file's name in the folder, ending in `.arrow`; what tells whether it is whole stands beside it in a `.json`. */
  readonly file: string
  /** What the content follows from. */
  readonly key: unknown
  /** Names of columns that not every such file has. */
  readonly names?: readonly string[]
}

const besideSeal = z.object({ key: z.unknown(), names: z.array(z.string()).max(1000), seal: arrowSeal })

const sealName = (file: string) => file.replace(/\.arrow$/, '.json')
const sealOf = (folder: string, file: string) => join(folder, sealName(file))

/** The names of a kept file and of what tells whether it is whole. */
export const keptFiles = (file: string): string[] => [file, sealName(file)]

/**
 * Keeps columns, an entry a sample. The file and its seal have to fit together to be read: after a crash between them
 * there is nothing, and it is found out anew.
 * @throws StorageError
 */
export function keepBeside<T extends ColumnTypes>(
  folder: string,
  { file, key, names = [] }: Beside,
  types: T,
  rows: number,
  columns: ColumnsOf<T>,
): void {
  const path = join(folder, file)
  const aside = `${path}.${process.pid}.unfinished`
  storing(path, () => {
    rmSync(aside, { force: true })
    const writer = new ArrowFileWriter(aside, types)
    try {
      writer.write(rows, columns)
      const seal = writer.finish()
      sync(aside)
      renameSync(aside, path)
      writeSealed(sealOf(folder, file), { key, names, seal })
    } finally {
      writer.close()
      rmSync(aside, { force: true })
    }
  })
}

/** What the content of a kept file follows from; nothing where there is none. */
export function keptKey(folder: string, file: string): unknown {
  try {
    return besideSeal.parse(readSealed(sealOf(folder, file))).key
  } catch {
    return undefined
  }
}

/**
 * What was kept, and the names of its further columns; nothing where there is none, where it follows from something else,
 * or where it is not as it was written: it is found out anew.
 */
export function readBeside<T extends ColumnTypes>(
  folder: string,
  { file, key }: Beside,
  typesOf: (names: readonly string[]) => T,
): (ArrowTable<T> & { readonly names: readonly string[] }) | undefined {
  try {
    const kept = besideSeal.parse(readSealed(sealOf(folder, file)))
    if (JSON.stringify(kept.key) !== JSON.stringify(key)) return undefined
    return { names: kept.names, ...readArrowFile(join(folder, file), typesOf(kept.names), kept.seal) }
  } catch {
    return undefined
  }
}
