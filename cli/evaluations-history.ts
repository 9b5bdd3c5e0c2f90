import { Option, type Command } from 'commander'
import { keptSamples, type EvaluateOptions, type KeptSample, type Workbench } from '../host/workbench.ts'
import type { EvaluationHistory } from '../shared/contract/evaluation-history.ts'
import { splits } from '../shared/recipe/split.ts'
import { answering } from './answer.ts'
import { describeHistory, type ForgottenSample } from './describe-history.ts'
import { LEAVE_OUT_UNKNOWN } from './evaluate.ts'
import { shortPath } from './format.ts'
import { withProgress } from './progress.ts'

type HistoryOptions = Pick<EvaluateOptions, 'split' | 'dataset' | 'leaveOutUnknown'>

export function addEvaluationsHistory(evaluations: Command, workbench: Workbench): void {
  const command = evaluations
    .command('history')
    .description('evaluate all checkpoints of a run, and tell when each image was learned and how often forgotten')
    .argument('<run>', 'an id, its beginning, a folder or "last"')
    .addOption(
      new Option('--split <split>', 'which images; val where the dataset has splits, else all').choices(splits),
    )
    .option('--dataset <dataset>', 'other images: a name or a folder')
    .option(...LEAVE_OUT_UNKNOWN)
  answering(command, async (wanted: string, options: HistoryOptions) => {
    const run = workbench.runs.find(wanted)
    const { history, last } = await withProgress((onProgress) =>
      workbench.evaluationHistory(run, { ...options, onProgress }),
    )
    const { rows, right: _right, learnedAt: _at, timesForgotten: _times, ...figures } = history
    const { split: part, dataset: root } = last.report
    const of = options.dataset === undefined ? '' : ` of ${shortPath(root)}`
    const lists = listsOf(history, keptSamples(last), rows)
    return {
      data: {
        ...{ run: run.id, split: part, dataset: root, ...figures },
        forgottenImages: lists.forgotten,
        neverLearnedImages: lists.neverLearned,
      },
      text: describeHistory(`${run.id}, ${part === 'all' ? 'all images' : `images of ${part}`}${of}`, history, lists),
    }
  })
}

/** The images that were forgotten, most often first, and those never learned, of which the last checkpoint is surest first. */
function listsOf(
  { learnedAt, timesForgotten, checkpoints }: EvaluationHistory,
  at: (row: number) => KeptSample,
  rows: Int32Array,
) {
  const forgotten: ForgottenSample[] = []
  const neverLearned: KeptSample[] = []
  rows.forEach((row, i) => {
    const learned = checkpoints[learnedAt[i]!]
    if (!learned) neverLearned.push(at(row))
    else if (timesForgotten[i]! > 0) forgotten.push({ ...at(row), times: timesForgotten[i]!, learned: learned.name })
  })
  return {
    forgotten: forgotten.sort((a, b) => b.times - a.times),
    neverLearned: neverLearned.sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0)),
  }
}
