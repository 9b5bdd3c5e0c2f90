import type { EvaluationComparison } from '../../shared/contract/evaluation-comparison.ts'
import type { EvaluationFigures } from '../../shared/contract/evaluation-figures.ts'
import type { LabelErrorsReport } from '../../shared/contract/label-errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { EvaluatedNetwork } from '../runs/evaluated-models.ts'
import type { StoredEvaluation } from '../runs/run-folder.ts'
import { readRecipe, type StoredRun } from '../runs/run-store.ts'
import type { Trainers } from './trainers.ts'

/** What is found out of evaluations that are there, without measuring anew; each in a trainer of its own. */
export class KeptEvaluations {
  /** @param datasetOf where the dataset of a run lies now */
  constructor(
    private readonly trainers: Trainers,
    private readonly datasetOf: (run: Pick<StoredRun, 'record'>) => Promise<{ root: string }>,
  ) {}

  /** What the predictions come to; the part that the temperature is fitted on goes by the run's seed. */
  figures(network: EvaluatedNetwork, { path: folder }: StoredEvaluation): Promise<EvaluationFigures> {
    const recipe = recipeOf(network)
    return this.trainers.with(recipe, ({ calls }) => calls.evaluationFigures({ folder, seed: recipe.run.seed }))
  }

  /** What a second evaluation changes against a first one of the same images; the bootstrap goes by the seed of the first's run. */
  compare(network: EvaluatedNetwork, first: StoredEvaluation, second: StoredEvaluation): Promise<EvaluationComparison> {
    const recipe = recipeOf(network)
    return this.trainers.with(recipe, ({ calls }) =>
      calls.compareEvaluations({ first: first.path, second: second.path, seed: recipe.run.seed }),
    )
  }

  /** Which labels of the images are likely wrong, and what is to be known of that: a sentence. */
  async labelErrors(
    network: EvaluatedNetwork,
    { path, report }: StoredEvaluation,
  ): Promise<LabelErrorsReport & { note?: string }> {
    const found = await this.trainers.with(recipeOf(network), ({ calls }) => calls.labelErrors({ folders: [path] }))
    const isTrained = report.split === 'train'
    return { ...found, ...(isTrained && { note: trainedNote(await this.#isOwn(network, report.dataset)) }) }
  }

  /** Whether images are those that the network was trained on, as far as that is known. */
  async #isOwn({ record, ...network }: EvaluatedNetwork, dataset: string): Promise<boolean> {
    if (!record) return false
    const { root } = await this.datasetOf({ ...network, record }).catch(() => record.dataset)
    return dataset === '' || [root, record.dataset.root].includes(dataset)
  }
}

/** Whose switches and seed are used: those of the recipe that a run was trained by. */
const recipeOf = (network: EvaluatedNetwork): Recipe => (network.record ? readRecipe(network) : parseRecipe({}))

/** What is to be known of labels that a network was trained on. */
const trainedNote = (isOwn: boolean): string =>
  isOwn
    ? 'The network was trained on these images and has learnt wrong labels too: most of them are not found. Judge images that it was not trained on, or these with --folds.'
    : 'These are training images: a network that was trained on them has learnt wrong labels too, and finds few of them.'
