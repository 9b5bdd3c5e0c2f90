import { join } from 'node:path'
import { RunError } from '../../shared/errors.ts'
import { evaluationReport, type EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { featureColumns, GUESSES, logitColumns, predictionColumns } from '../../shared/run-folder/predictions.ts'
import { readArrowFile } from '../read-arrow.ts'
import { readSealed } from '../sealed-json.ts'

/** Bytes: a file of more than this cannot be read at once. */
const MOST_BYTES = 1.9e9

/** The columns of an evaluation's predictions, a row a sample. */
export type PredictionTable = ReturnType<typeof openPredictions>

/**
 * The report of an evaluation.
 * @param folder absolute
 * @throws StorageError where it is gone or damaged
 */
export const openReport = (folder: string): EvaluationReport =>
  evaluationReport.parse(readSealed(join(folder, evaluationFiles.report)))

/**
 * The predictions of an evaluation.
 * @param folder absolute
 * @throws RunError where it kept none, StorageError where they are not as they were written
 */
export function openPredictions(folder: string, { predictions, classes }: EvaluationReport) {
  if (!predictions)
    throw new RunError(
      'This evaluation was made by an earlier Anneal, which kept no predictions; evaluate the checkpoint again.',
    )
  const { inRecords, ...seal } = predictions
  const types = predictionColumns(classes.length, inRecords)
  const table = readArrowFile(join(folder, evaluationFiles.predictions), types, seal)
  return { ...table, guesses: Math.min(GUESSES, classes.length) }
}

/**
 * The logits of all classes, float32 [rows, classes]; nothing where they were not kept, or are too many to be read at
 * once.
 * @throws StorageError where they are not as they were written
 */
export function openLogits(folder: string, { logits: seal, classes }: EvaluationReport): Float32Array | undefined {
  if (!seal || seal.bytes > MOST_BYTES) return undefined
  return readArrowFile(join(folder, evaluationFiles.logits), logitColumns(classes.length), seal).columns.logits
}

/** What the last dense layer makes the logits of. */
export interface Features {
  readonly width: number
  /** float32 [rows, width] */
  readonly features: Float32Array
}

/**
 * The features of all samples; nothing where they were not kept, or are too many to be read at once.
 * @throws StorageError where they are not as they were written
 */
export function openFeatures(folder: string, { features: kept }: EvaluationReport): Features | undefined {
  if (!kept || kept.bytes > MOST_BYTES) return undefined
  const { width, ...seal } = kept
  return { width, ...readArrowFile(join(folder, evaluationFiles.features), featureColumns(width), seal).columns }
}
