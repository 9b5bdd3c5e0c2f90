import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { keptSamples, type KeptSample, type StoredEvaluation, type Workbench } from '../host/workbench.ts'
import { defaultMap, mapNote, mapSettings, type EvaluationMap } from '../shared/contract/evaluation-map.ts'
import { csvCell } from '../shared/csv-cell.ts'
import { UsageError } from '../shared/errors.ts'
import { storing } from '../storage/files.ts'
import { writeFileWhole } from '../storage/write-file.ts'
import { answering } from './answer.ts'
import { EVALUATION, findEvaluation, namesOf, RUN_AND_EVALUATION } from './chosen-evaluation.ts'
import { counted, shortPath } from './format.ts'
import { withProgress } from './progress.ts'

interface MapOptions {
  readonly neighbours: number
  readonly minDist: number
  readonly seed: number
  readonly csv?: string
}

export function addEvaluationsMap(evaluations: Command, workbench: Workbench): void {
  const command = evaluations
    .command('map')
    .description('its images in the plane, those with similar features near one another (UMAP); needs --features')
    .argument('<network>', RUN_AND_EVALUATION)
    .argument('[evaluation]', EVALUATION)
    .addOption(setting('neighbours', '--neighbours <n>', 'nearest images that place an image, 2 to 200'))
    .addOption(setting('minDist', '--min-dist <d>', 'how near images come, 0 to 1: the less, the denser the groups'))
    .addOption(setting('seed', '--seed <n>', 'the same seed gives the same map'))
    .option('--csv <file>', 'write the place of each image to a file')
  answering(command, async (wanted: string, name: string | undefined, { csv, ...settings }: MapOptions) => {
    const { network, evaluation } = await findEvaluation(workbench, wanted, name)
    const map = await withProgress((onProgress) => workbench.evaluations.map(network, evaluation, settings, onProgress))
    const points = placedSamples(evaluation, map)
    if (csv !== undefined) writeCsv(resolve(csv), points)
    const notes = [mapNote(map), map.unsaved].filter((note) => note !== undefined)
    const where =
      csv === undefined ? 'The page of the evaluation shows it; --csv FILE writes it.' : shortPath(resolve(csv))
    return {
      data: { ...namesOf(network), evaluation: evaluation.name, ...settings, notes, points },
      text: [`${counted(points.length, 'image')} of ${evaluation.name} on the map. ${where}`, ...notes].join('\n'),
    }
  })
}

/** An option that takes what the schema of the setting lets through. */
function setting(name: keyof typeof mapSettings.shape, flags: string, description: string): Option {
  return new Option(flags, description).default(defaultMap[name]).argParser((text: string) => {
    const { success, data } = mapSettings.shape[name].safeParse(text.trim() === '' ? text : Number(text))
    if (success) return data
    throw new UsageError(`${flags.split(' ')[0]} must be a number as its help says, not ${text}: ${description}.`)
  })
}

type PlacedSample = KeptSample & { readonly x: number; readonly y: number }

function placedSamples(evaluation: StoredEvaluation, { x, y }: EvaluationMap): PlacedSample[] {
  const sampleAt = keptSamples(evaluation)
  const placed = Array.from(x.keys()).filter((row) => !Number.isNaN(x[row]!))
  return placed.map((row) => ({ ...sampleAt(row), x: x[row]!, y: y[row]! }))
}

function writeCsv(file: string, points: readonly PlacedSample[]): void {
  const inRecords = points.some(({ record }) => record !== undefined)
  const header = ['path', ...(inRecords ? ['record'] : []), 'label', 'guess', 'x', 'y']
  const lines = points.map(({ path, record, label, guess, x, y }) =>
    [path, ...(inRecords ? [String(record)] : []), label, guess ?? '', String(x), String(y)].map(csvCell).join(','),
  )
  storing(file, () => writeFileWhole(file, [header.join(','), ...lines, ''].join('\n')))
}
