import { z } from 'zod'
import {
  LEAST_ON_MAP,
  mapSettings,
  MOST_ON_MAP,
  type EvaluationMap,
  type EvaluationMapRequest,
  type MapSettings,
} from '../../shared/contract/evaluation-map.ts'
import { RunError, StorageError } from '../../shared/errors.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { keepBeside, keptKey, readBeside } from '../../storage/evaluations/beside-evaluation.ts'
import { openFeatures, openReport, type Features } from '../../storage/evaluations/open-evaluation.ts'
import { MAPPED_BY, mapFeatures } from '../evaluation/map-features.ts'
import type { Report } from './report.ts'

const columns = { x: 'float32', y: 'float32' } as const
const FILE = evaluationFiles.map
const settingsOfKey = z.object({ settings: mapSettings })

/** What a map follows from. */
const keyOf = ({ features }: EvaluationReport, settings: MapSettings) => ({
  version: 1,
  by: MAPPED_BY,
  most: MOST_ON_MAP,
  features: features?.crc32,
  settings,
})

/** The features of an evaluation. Throws `RunError` where there are none that can be read at once. */
export function featuresOf(folder: string, report: EvaluationReport): Features {
  const features = openFeatures(folder, report)
  if (!features)
    throw new RunError(
      'This evaluation kept no features; evaluate the checkpoint again with --features, or “Keep features” in the window.',
    )
  return features
}

/** The map that was made last; nothing where there is none of these features by this version. */
export function keptMap(folder: string, report: EvaluationReport): EvaluationMap | undefined {
  const { data } = settingsOfKey.safeParse(keptKey(folder, FILE))
  if (!data) return undefined
  const { settings } = data
  const kept = readBeside(folder, { file: FILE, key: keyOf(report, settings) }, () => columns)
  if (kept?.rows !== report.images) return undefined
  // Copies: a part of a buffer would be sent with the whole of it.
  return { settings, x: kept.columns.x.slice(), y: kept.columns.y.slice() }
}

/**
 * The map of an evaluation's features, which is kept beside it: made, or the one that was kept where that is by the same
 * settings.
 * @throws RunError where it kept no features, UsageError where they are of too few images
 */
export async function mapEvaluation(
  { folder, settings }: EvaluationMapRequest,
  report: Report,
): Promise<EvaluationMap> {
  const evaluation = openReport(folder)
  const kept = keptMap(folder, evaluation)
  if (kept && JSON.stringify(kept.settings) === JSON.stringify(settings)) return kept
  const { features, width } = featuresOf(folder, evaluation)
  const places = await mapFeatures(features, width, {
    ...settings,
    least: LEAST_ON_MAP,
    most: MOST_ON_MAP,
    onProgress: (step, done, total) => report({ phase: 'mapping', step, done, total }),
  })
  try {
    keepBeside(folder, { file: FILE, key: keyOf(evaluation, settings) }, columns, evaluation.images, places)
    return { settings, ...places }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    return { settings, ...places, unsaved: error.message }
  }
}
