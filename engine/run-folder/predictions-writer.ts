import { join } from 'node:path'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { featureColumns, logitColumns, predictionColumns } from '../../shared/run-folder/predictions.ts'
import type { ArrowSeal, ColumnsOf, ColumnTypes } from '../../storage/arrow-columns.ts'
import { storing } from '../../storage/files.ts'
import { asStorageError } from '../../storage/system-error.ts'
import { ArrowFileWriter } from '../../storage/write-arrow.ts'

/** What is kept of images, an entry an image. */
export type Predictions = Omit<ColumnsOf<ReturnType<typeof predictionColumns>>, 'record'> & {
  readonly record?: Float64Array
  /** [images x classes] */
  readonly logits?: Float32Array
  /** [images x width] */
  readonly features?: Float32Array
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

  /** Opened with the first of them, which tell how many numbers an image has. */
  #features: { readonly width: number; readonly file: ArrowFileWriter<ReturnType<typeof featureColumns>> } | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(
    private readonly folder: string,
    { classes, inRecords, logits }: PredictionsOptions,
  ) {
    const facts = { classes: JSON.stringify(classes) }
    const { length } = classes
    this.#predictions = this.#open(evaluationFiles.predictions, predictionColumns(length, inRecords), facts)
    if (logits) this.#logits = this.#open(evaluationFiles.logits, logitColumns(length), facts)
  }

  #open<T extends ColumnTypes>(name: string, types: T, facts: Readonly<Record<string, string>> = {}) {
    return storing(this.folder, () => new ArrowFileWriter(join(this.folder, name), types, facts))
  }

  write(predictions: Predictions): void {
    if (this.#failure) return
    const { logits, features, ...columns } = predictions
    try {
      const rows = columns.label.length
      this.#predictions.write(rows, columns)
      if (logits) this.#logits?.write(rows, { logits })
      if (features) this.#featuresFile(features.length / rows).write(rows, { features })
    } catch (error) {
      this.#failure = { error: asStorageError(error, this.folder) }
    }
  }

  #featuresFile(width: number) {
    this.#features ??= { width, file: this.#open(evaluationFiles.features, featureColumns(width)) }
    return this.#features.file
  }

  /** Throws `StorageError` where not all could be written. */
  finish(): { predictions: ArrowSeal; logits?: ArrowSeal; features?: ArrowSeal & { readonly width: number } } {
    if (this.#failure) throw this.#failure.error
    return storing(this.folder, () => {
      const predictions = this.#predictions.finish()
      const { width, file } = this.#features ?? {}
      return {
        predictions,
        ...(this.#logits && { logits: this.#logits.finish() }),
        ...(width !== undefined && file && { features: { ...file.finish(), width } }),
      }
    })
  }

  close(): void {
    this.#predictions.close()
    this.#logits?.close()
    this.#features?.file.close()
  }
}
