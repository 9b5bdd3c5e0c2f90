import type { EvaluationComparison } from '../../shared/contract/evaluation-comparison.ts'
import type { EvaluationFigures } from '../../shared/contract/evaluation-figures.ts'
import type { SliceFigures, SlicesReport } from '../../shared/contract/sample-facts.ts'
import type { Slice } from '../../shared/figures/index.ts'
import type { LabelErrorsReport } from '../../shared/contract/label-errors.ts'
import type { StoredEvaluation } from '../runs/run-folder.ts'
import { readRecipe, type StoredRun } from '../runs/run-store.ts'
import { evaluationPlace, type ImageSearch } from './evaluation-place.ts'
import type { OnProgress, Trainers } from './trainers.ts'

/** What is found out of evaluations that are there, without measuring anew; each in a trainer of its own. */
export class KeptEvaluations {
  constructor(
    private readonly trainers: Trainers,
    private readonly images: ImageSearch,
  ) {}

  /** What the predictions come to; the part that the temperature is fitted on goes by the run's seed. */
  figures(run: StoredRun, { path: folder }: StoredEvaluation, rows?: readonly number[]): Promise<EvaluationFigures> {
    const recipe = readRecipe(run)
    const request = { folder, seed: recipe.run.seed, ...(rows && { rows }) }
    return this.trainers.with(recipe, ({ calls }) => calls.evaluationFigures(request))
  }

  /** The same of a slice of its samples. Its images are measured where they were not before, and so they are for {@link slices}. */
  async sliceFigures(
    run: StoredRun,
    evaluation: StoredEvaluation,
    slice: Slice,
    onProgress: OnProgress,
  ): Promise<SliceFigures> {
    const recipe = readRecipe(run)
    const place = await evaluationPlace(run, evaluation, this.images)
    const request = { slice, seed: recipe.run.seed }
    return this.trainers.with(recipe, ({ calls }) => calls.sliceFigures(place, request), onProgress)
  }

  /** Which slices of its samples do worst. @param least samples that a slice has at least */
  async slices(
    run: StoredRun,
    evaluation: StoredEvaluation,
    least: number | undefined,
    onProgress: OnProgress,
  ): Promise<SlicesReport> {
    const place = await evaluationPlace(run, evaluation, this.images)
    return this.trainers.with(readRecipe(run), ({ calls }) => calls.evaluationSlices(place, least), onProgress)
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
    const { root } = await this.images.own(run).catch(() => run.record.dataset)
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
