import { join } from 'node:path'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { logitColumns, predictionColumns } from '../../shared/run-folder/predictions.ts'
import type { ArrowSeal, ColumnsOf, ColumnTypes } from '../../storage/arrow-columns.ts'
import { storing } from '../../storage/files.ts'
import { asStorageError } from '../../storage/system-error.ts'
import { ArrowFileWriter } from '../../storage/write-arrow.ts'

/** What is kept of images, an entry an image. */
export type Predictions = Omit<ColumnsOf<ReturnType<typeof predictionColumns>>, 'record'> & {
  readonly record?: Float64Array
  /** [images x classes] */
  readonly logits?: Float32Array
}

export interface PredictionsOptions {
  readonly classes: readonly string[]
  /** Whether images lie in files with others. */
  readonly inRecords: boolean
  readonly logits: boolean
}

/**
 * Writes what a network says of images into the folder of an evaluation. Where the disk refuses it, nothing more is
 * written, and {@link finish} throws that: what is measured meanwhile is not lost with it.
 */
export class PredictionsWriter {
  readonly #predictions: ArrowFileWriter<ReturnType<typeof predictionColumns>>
  readonly #logits: ArrowFileWriter<ReturnType<typeof logitColumns>> | undefined

  #failure: { readonly error: unknown } | undefined

  constructor(
    private readonly folder: string,
    { classes, inRecords, logits }: PredictionsOptions,
  ) {
    const facts = { classes: JSON.stringify(classes) }
    const { length } = classes
    const open = <T extends ColumnTypes>(name: string, types: T) =>
      storing(folder, () => new ArrowFileWriter(join(folder, name), types, facts))
    this.#predictions = open(evaluationFiles.predictions, predictionColumns(length, inRecords))
    if (logits) this.#logits = open(evaluationFiles.logits, logitColumns(length))
  }

  write(predictions: Predictions): void {
    if (this.#failure) return
    const { logits, ...columns } = predictions
    try {
      const rows = columns.label.length
      this.#predictions.write(rows, columns)
      if (logits) this.#logits?.write(rows, { logits })
    } catch (error) {
      this.#failure = { error: asStorageError(error, this.folder) }
    }
  }

  /** Throws `StorageError` where not all could be written. */
  finish(): { predictions: ArrowSeal; logits?: ArrowSeal } {
    if (this.#failure) throw this.#failure.error
    return storing(this.folder, () => {
      const predictions = this.#predictions.finish()
      return { predictions, ...(this.#logits && { logits: this.#logits.finish() }) }
    })
  }

  close(): void {
    this.#predictions.close()
    this.#logits?.close()
  }
}
