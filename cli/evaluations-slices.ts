import { Option, type Command } from 'commander'
import type { EvaluatedNetwork, StoredEvaluation, Workbench } from '../host/workbench.ts'
import type { SlicesReport } from '../shared/contract/sample-facts.ts'
import { LEAST_SAMPLES, sliceTitle, type Slice } from '../shared/figures/index.ts'
import { UsageError } from '../shared/errors.ts'
import { answering, type Answer } from './answer.ts'
import { EVALUATION, findEvaluation, namesOf, RUN_AND_EVALUATION } from './chosen-evaluation.ts'
import { describeFigures } from './describe-figures.ts'
import { counted, percent } from './format.ts'
import { withProgress } from './progress.ts'
import { section, wrap } from './text.ts'
import { wholeNumber } from './whole-number.ts'

/** Of the list, for people. */
const SHOWN = 20

export function addEvaluationsSlices(evaluations: Command, workbench: Workbench): void {
  const command = evaluations
    .command('slices')
    .description(
      'the slices of its images that do worst: by size, aspect, brightness, sharpness, file type, folder, manifest column',
    )
    .argument('<network>', RUN_AND_EVALUATION)
    .argument('[evaluation]', EVALUATION)
    .addOption(
      new Option('--least <n>', 'images that a slice has at least')
        .default(LEAST_SAMPLES)
        .argParser(wholeNumber('--least', 1)),
    )
  answering(command, async (wanted: string, name: string | undefined, { least }: { least: number }) => {
    const { network, evaluation } = await findEvaluation(workbench, wanted, name)
    const report = await withProgress((onProgress) =>
      workbench.evaluations.slices(network, evaluation, least, onProgress),
    )
    return {
      data: { ...namesOf(network), evaluation: evaluation.name, least, ...report },
      text: describe(`${network.id}, ${evaluation.name}`, report, least),
    }
  })
}

function describe(title: string, { lookedAt, slices, samples, keys, notes }: SlicesReport, least: number): string {
  const rows = slices
    .slice(0, SHOWN)
    .map(({ key, value, accuracy, interval: { low, high }, p, samples: count }) => [
      `${key}=${value}`,
      percent(accuracy),
      `${percent(low)} to ${percent(high)}`,
      p < 0.001 ? '< 0.001' : p.toFixed(3),
      counted(count, 'image'),
    ])
  const looked = `${counted(lookedAt, 'slice')} of at least ${counted(least, 'image')} looked at, by ${keys.join(', ')}.`
  return [
    section(`${title}, ${counted(samples, 'image')}`, [['', 'top-1', '95% interval', 'p', ''], ...rows], [1, 2, 3, 4]),
    ...[`${looked} p: by chance, among so many slices.`, ...notes].map((text) => wrap(text)),
  ].join('\n\n')
}

/** What an option says of a slice. */
export function slice(text: string): Slice {
  const [, key, value] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (key === undefined || value === undefined)
    throw new UsageError(`--slice must be KEY=VALUE, such as brightness=0..60, not ${text}.`)
  return { key, value }
}

/** The figures of a slice. */
export async function sliceAnswer(
  workbench: Workbench,
  network: EvaluatedNetwork,
  evaluation: StoredEvaluation,
  chosen: Slice,
): Promise<Answer> {
  const { of, ...figures } = await withProgress((onProgress) =>
    workbench.evaluations.sliceFigures(network, evaluation, chosen, onProgress),
  )
  const part = `${figures.overall.samples} of ${counted(of, 'image')}: ${sliceTitle(chosen)}`
  return {
    data: { ...namesOf(network), evaluation: evaluation.name, slice: chosen, of, ...figures },
    text: describeFigures(`${network.id}, ${evaluation.name}, ${part}`, figures),
  }
}
