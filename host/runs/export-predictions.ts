import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { csvCell } from '../../shared/csv-cell.ts'
import { openPredictions } from '../../storage/evaluations/open-evaluation.ts'
import { makeFolder } from '../../storage/files.ts'
import { asStorageError } from '../../storage/system-error.ts'
import { sync } from '../../storage/write-file.ts'
import type { StoredEvaluation } from './run-folder.ts'

export const predictionFormats = ['csv', 'jsonl', 'parquet'] as const
export type PredictionFormat = (typeof predictionFormats)[number]

/** Rows that are written together. */
const ROWS = 50_000

/** A column as others read it: classes by name, a number alone. */
interface PlainColumn {
  readonly name: string
  readonly type: 'STRING' | 'FLOAT' | 'DOUBLE'
  /** A number may be NaN; a class that was not told is empty. */
  readonly at: (row: number) => string | number
}

/**
 * Writes the predictions of an evaluation to a file, a row a sample, aside and renamed: one that is there is replaced.
 * @returns the rows
 * @throws RunError where it has none, StorageError where they cannot be read or the file cannot be written
 */
export async function exportPredictions(
  evaluation: StoredEvaluation,
  format: PredictionFormat,
  file: string,
): Promise<number> {
  const { rows, columns } = plainColumns(evaluation)
  const aside = `${file}.${process.pid}.unfinished`
  makeFolder(dirname(file))
  try {
    if (format === 'parquet') await writeParquet(aside, columns, rows)
    else writeLines(aside, format, columns, rows)
    sync(aside)
    renameSync(aside, file)
    sync(dirname(file))
  } catch (error) {
    throw asStorageError(error, file)
  } finally {
    rmSync(aside, { force: true })
  }
  return rows
}

/** The columns of an evaluation's predictions, in the order in which they are exported. */
function plainColumns({ path, report }: StoredEvaluation): { rows: number; columns: PlainColumn[] } {
  const classes = report.classes.map((each) => each.name)
  const { rows, columns, guesses } = openPredictions(path, report)
  const numbers = (column: string, values: ArrayLike<number>, type: PlainColumn['type'] = 'FLOAT'): PlainColumn => ({
    name: column,
    type,
    at: (row) => values[row]!,
  })
  const ranks = Array.from({ length: guesses }, (_, rank) => rank)
  return {
    rows,
    columns: [
      { name: 'path', type: 'STRING', at: (row) => columns.path.at(row) },
      ...(columns.record ? [numbers('record', columns.record, 'DOUBLE')] : []),
      { name: 'label', type: 'STRING', at: (row) => classes[columns.label[row]!] ?? '' },
      ...ranks.map((rank): PlainColumn => ({
        name: `guess_${rank + 1}`,
        type: 'STRING',
        at: (row) => classes[columns.guesses[guesses * row + rank]!] ?? '',
      })),
      ...ranks.map((rank): PlainColumn => ({
        name: `probability_${rank + 1}`,
        type: 'FLOAT',
        at: (row) => columns.probabilities[guesses * row + rank]!,
      })),
      numbers('label_probability', columns.label_probability),
      numbers('loss', columns.loss),
      numbers('entropy', columns.entropy),
    ],
  }
}

function writeLines(file: string, format: 'csv' | 'jsonl', columns: readonly PlainColumn[], rows: number): void {
  const head = format === 'csv' ? `${columns.map(({ name }) => csvCell(name)).join(',')}\n` : ''
  writeFileSync(file, head, { flag: 'wx' })
  const line = format === 'csv' ? csvLine : jsonLine
  for (let first = 0; first < rows; first += ROWS) {
    const count = Math.min(ROWS, rows - first)
    appendFileSync(file, Array.from({ length: count }, (_, i) => line(columns, first + i)).join(''))
  }
}

const isNothing = (value: string | number) => value === '' || Number.isNaN(value)

const csvLine = (columns: readonly PlainColumn[], row: number) =>
  `${columns.map(({ at }) => (isNothing(at(row)) ? '' : csvCell(String(at(row))))).join(',')}\n`

const jsonLine = (columns: readonly PlainColumn[], row: number) =>
  `${JSON.stringify(Object.fromEntries(columns.map(({ name, at }) => [name, isNothing(at(row)) ? null : at(row)])))}\n`

async function writeParquet(file: string, columns: readonly PlainColumn[], rows: number): Promise<void> {
  const { fileWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer')
  const writer = new ParquetWriter({
    writer: fileWriter(file),
    schema: schemaFromColumnData({
      columnData: columns.map(({ name, type }) => ({ name, type, data: [], nullable: false })),
    }),
  })
  for (let first = 0; first < rows; first += ROWS) {
    const length = Math.min(ROWS, rows - first)
    await writer.write({
      columnData: columns.map(({ name, at }) => ({ name, data: Array.from({ length }, (_, i) => at(first + i)) })),
      rowGroupSize: ROWS,
    })
  }
  await writer.finish()
}
