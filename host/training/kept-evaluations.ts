import type { EvaluationComparison } from '../../shared/contract/evaluation-comparison.ts'
import type { EvaluationFigures } from '../../shared/contract/evaluation-figures.ts'
import type { LabelErrorsReport } from '../../shared/contract/label-errors.ts'
import type { StoredEvaluation } from '../runs/run-folder.ts'
import { readRecipe, type StoredRun } from '../runs/run-store.ts'
import type { Trainers } from './trainers.ts'

/** What is found out of evaluations that are there, without measuring anew; each in a trainer of its own. */
export class KeptEvaluations {
  /** @param datasetOf where the dataset of a run lies now */
  constructor(
    private readonly trainers: Trainers,
    private readonly datasetOf: (run: StoredRun) => Promise<{ root: string }>,
  ) {}

  /** What the predictions come to; the part that the temperature is fitted on goes by the run's seed. */
  figures(run: StoredRun, { path: folder }: StoredEvaluation): Promise<EvaluationFigures> {
    const recipe = readRecipe(run)
    return this.trainers.with(recipe, ({ calls }) => calls.evaluationFigures({ folder, seed: recipe.run.seed }))
  }

  /** What a second evaluation changes against a first one of the same images; the bootstrap goes by the seed of the first's run. */
  compare(run: StoredRun, first: StoredEvaluation, second: StoredEvaluation): Promise<EvaluationComparison> {
    const recipe = readRecipe(run)
    return this.trainers.with(recipe, ({ calls }) =>
      calls.compareEvaluations({ first: first.path, second: second.path, seed: recipe.run.seed }),
    )
  }

  /** Which labels of the images are likely wrong, and what is to be known of that: a sentence. */
  async labelErrors(
    run: StoredRun,
    { path, report }: StoredEvaluation,
  ): Promise<LabelErrorsReport & { note?: string }> {
    const { root } = await this.datasetOf(run).catch(() => run.record.dataset)
    const isOwn = report.dataset === '' || [root, run.record.dataset.root].includes(report.dataset)
    const found = await this.trainers.with(readRecipe(run), ({ calls }) => calls.labelErrors({ folders: [path] }))
    return { ...found, ...(report.split === 'train' && { note: trainedNote(isOwn) }) }
  }
}

/** What is to be known of labels that a network was trained on. */
const trainedNote = (isOwn: boolean): string =>
  isOwn
    ? 'The network was trained on these images and has learnt wrong labels too: most of them are not found. Judge images that it was not trained on, or these with --folds.'
    : 'These are training images: a network that was trained on them has learnt wrong labels too, and finds few of them.'
