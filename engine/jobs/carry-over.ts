import { constants, copyFileSync, existsSync, linkSync } from 'node:fs'
import { join } from 'node:path'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { keptFiles } from '../../storage/evaluations/beside-evaluation.ts'
import { storing } from '../../storage/files.ts'
import { openReport } from '../../storage/evaluations/open-evaluation.ts'

/**
 * What an evaluation keeps of the one that it replaces. Where both say the same of the same images, to the bit, that is
 * all that is not made by every evaluation: features, what was measured of the images, and the map.
 * @param before the folder that is replaced
 * @param aside the folder of the new one, not yet in its place
 * @returns the new report, which tells of features that could not be kept
 */
export function carryOver(before: string, aside: string, report: EvaluationReport): EvaluationReport {
  const earlier = reportIn(before)
  if (!earlier) return report
  if (!isSame(earlier, report)) return earlier.features && !report.features ? withNote(report) : report
  for (const name of [evaluationFiles.imageFacts, evaluationFiles.map].flatMap(keptFiles)) bring(name, before, aside)
  if (report.features || !earlier.features || !bring(evaluationFiles.features, before, aside)) return report
  return { ...report, features: earlier.features }
}

/** Whether there is such a file to be brought. */
function bring(name: string, before: string, aside: string): boolean {
  const isThere = existsSync(join(before, name))
  if (isThere) bringFile(join(before, name), join(aside, name))
  return isThere
}

/** Nothing where there is none, or none that can be read: it is replaced all the same. */
function reportIn(folder: string): EvaluationReport | undefined {
  try {
    return openReport(folder)
  } catch {
    return undefined
  }
}

const isSame = (one: EvaluationReport, other: EvaluationReport) =>
  one.fingerprint === other.fingerprint &&
  one.predictions?.crc32 === other.predictions?.crc32 &&
  one.predictions?.bytes === other.predictions?.bytes

function withNote(report: EvaluationReport): EvaluationReport {
  const note =
    'The features that were kept before, and their map, were of other predictions and are gone: evaluate with --features, or “Keep features” in the window, to keep those of now.'
  return { ...report, notes: [...(report.notes ?? []), note] }
}

/** A second name is at once and takes no room, since such files are never changed; where the disk has none, a copy. */
function bringFile(from: string, to: string): void {
  storing(to, () => {
    try {
      linkSync(from, to)
    } catch {
      copyFileSync(from, to, constants.COPYFILE_EXCL)
    }
  })
}
