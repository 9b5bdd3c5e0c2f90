import type { EvaluationComparison } from '../../shared/contract/evaluation-comparison.ts'
import type { EvaluationMap, MapSettings } from '../../shared/contract/evaluation-map.ts'
import type { EvaluationDrawings, PicturedSamples } from '../../shared/contract/evaluation-report.ts'
import type { ShownHistory } from '../../shared/contract/evaluation-history.ts'
import type { EvaluationFigures } from '../../shared/contract/evaluation-figures.ts'
import type { SliceFigures, SlicesReport } from '../../shared/contract/sample-facts.ts'
import type { Slice } from '../../shared/figures/index.ts'
import type { LabelErrorsReport } from '../../shared/contract/label-errors.ts'
import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { EvaluatedNetwork } from '../runs/evaluated-models.ts'
import { listCheckpoints, type StoredEvaluation } from '../runs/run-folder.ts'
import { readRecipe } from '../runs/run-store.ts'
import { evaluationsOfImages } from './evaluate-checkpoints.ts'
import { evaluationPlace, type ImageSearch } from './evaluation-place.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'
import type { OnProgress, Trainers } from './trainers.ts'

/** Samples of a list in a page that stands by itself, and the size of their pictures, px. */
const PICTURES = 60
const SIZE = 112

/** What a page of an evaluation shows. */
export interface DrawnEvaluation {
  readonly place: EvaluationPlace
  readonly figures: EvaluationFigures
  readonly drawings: EvaluationDrawings
  /** The wrong ones with the highest loss. */
  readonly worst: PicturedSamples
}

/** What a page of two evaluations shows: the first samples of each list, as both have them. */
export interface DrawnComparison {
  readonly comparison: EvaluationComparison
  readonly samples: Readonly<
    Record<'broken' | 'fixed' | 'bothWrong', { readonly a: PicturedSamples; readonly b: PicturedSamples }>
  >
}

/** What is found out of evaluations that are there, without measuring anew; each in a trainer of its own. */
export class KeptEvaluations {
  constructor(
    private readonly trainers: Trainers,
    private readonly images: ImageSearch,
  ) {}

  /** What the predictions come to; the part that the temperature is fitted on goes by the run's seed. */
  figures(
    network: EvaluatedNetwork,
    { path: folder }: StoredEvaluation,
    rows?: readonly number[],
  ): Promise<EvaluationFigures> {
    const recipe = recipeOf(network)
    const request = { folder, seed: recipe.run.seed, ...(rows && { rows }) }
    return this.trainers.with(recipe, ({ calls }) => calls.evaluationFigures(request))
  }

  /** The same of a slice of its samples. Its images are measured where they were not before, and so they are for {@link slices}. */
  async sliceFigures(
    network: EvaluatedNetwork,
    evaluation: StoredEvaluation,
    slice: Slice,
    onProgress: OnProgress,
  ): Promise<SliceFigures> {
    const recipe = recipeOf(network)
    const place = await evaluationPlace(network, evaluation, this.images)
    const request = { slice, seed: recipe.run.seed }
    return this.trainers.with(recipe, ({ calls }) => calls.sliceFigures(place, request), onProgress)
  }

  /** Which slices of its samples do worst. @param least samples that a slice has at least */
  async slices(
    network: EvaluatedNetwork,
    evaluation: StoredEvaluation,
    least: number | undefined,
    onProgress: OnProgress,
  ): Promise<SlicesReport> {
    const place = await evaluationPlace(network, evaluation, this.images)
    return this.trainers.with(recipeOf(network), ({ calls }) => calls.evaluationSlices(place, least), onProgress)
  }

  /**
   * Its images in the plane by their features; kept, so that the same is not made again.
   * @param signal ends it, and its process
   * @throws RunError where it kept no features
   */
  map(
    network: EvaluatedNetwork,
    { path: folder }: StoredEvaluation,
    settings: MapSettings,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<EvaluationMap> {
    const work = (trainer: TrainerProcess) => {
      signal?.addEventListener('abort', () => trainer.kill())
      return trainer.calls.evaluationMap({ folder, settings })
    }
    return this.trainers.with(recipeOf(network), work, onProgress)
  }

  /** What a second evaluation changes against a first one of the same images; the bootstrap goes by the seed of the first's run. */
  compare(network: EvaluatedNetwork, first: StoredEvaluation, second: StoredEvaluation): Promise<EvaluationComparison> {
    const recipe = recipeOf(network)
    return this.trainers.with(recipe, ({ calls }) =>
      calls.compareEvaluations({ first: first.path, second: second.path, seed: recipe.run.seed }),
    )
  }

  /** How its images fare over those checkpoints of the run that were evaluated on them. */
  async history(network: EvaluatedNetwork, evaluation: StoredEvaluation): Promise<ShownHistory> {
    const all = evaluationsOfImages(network.folder, evaluation)
    const history = await this.trainers.with(recipeOf(network), ({ calls }) =>
      calls.evaluationHistory({ paths: all.map(({ path }) => path) }),
    )
    const checkpoints = listCheckpoints(network.folder).map(({ name }) => name)
    const evaluated = all.map(({ report }) => report.checkpoint)
    const notEvaluated = checkpoints.filter((name) => !evaluated.includes(name)).reverse()
    return { history, last: all.at(-1)!.name, notEvaluated }
  }

  /** @param images where those are looked for; anywhere without */
  async drawn(network: EvaluatedNetwork, evaluation: StoredEvaluation, images = this.images): Promise<DrawnEvaluation> {
    const recipe = recipeOf(network)
    const place = await evaluationPlace(network, evaluation, images)
    return this.trainers.with(recipe, async ({ calls }) => ({
      place,
      figures: await calls.evaluationFigures({ folder: place.folder, seed: recipe.run.seed }),
      drawings: await calls.evaluationDrawings(place.folder),
      worst: await calls.picturedSamples(place, { rows: { worst: PICTURES }, size: SIZE }),
    }))
  }

  /** The same of two, each with its network: B against A. */
  async drawnComparison(
    [a, b]: readonly [readonly [EvaluatedNetwork, StoredEvaluation], readonly [EvaluatedNetwork, StoredEvaluation]],
    images = this.images,
  ): Promise<DrawnComparison> {
    const recipe = recipeOf(a[0])
    const places = { a: await evaluationPlace(...a, images), b: await evaluationPlace(...b, images) }
    return this.trainers.with(recipe, async ({ calls }) => {
      const comparison = await calls.compareEvaluations({
        first: places.a.folder,
        second: places.b.folder,
        seed: recipe.run.seed,
      })
      const picture = async (kind: 'broken' | 'fixed' | 'bothWrong') => {
        const { first, second } = comparison[kind]
        const of = (place: EvaluationPlace, rows: Int32Array) =>
          calls.picturedSamples(place, { rows: [...rows.subarray(0, PICTURES)], size: SIZE })
        return { a: await of(places.a, first), b: await of(places.b, second) }
      }
      const samples = {
        broken: await picture('broken'),
        fixed: await picture('fixed'),
        bothWrong: await picture('bothWrong'),
      }
      return { comparison, samples }
    })
  }

  /** Which labels of the images are likely wrong, and what is to be known of that: a sentence. */
  async labelErrors(
    network: EvaluatedNetwork,
    { path, report }: StoredEvaluation,
  ): Promise<LabelErrorsReport & { note?: string }> {
    const found = await this.labelErrorsTogether(recipeOf(network), [path])
    const isTrained = report.split === 'train'
    return { ...found, ...(isTrained && { note: trainedNote(await this.#isOwn(network, report.dataset)) }) }
  }

  /** The same of several evaluations as one. @param folders absolute; of the same classes */
  labelErrorsTogether(recipe: Recipe, folders: readonly string[]): Promise<LabelErrorsReport> {
    return this.trainers.with(recipe, ({ calls }) => calls.labelErrors({ folders }))
  }

  /** Whether images are those that the network was trained on, as far as that is known. */
  async #isOwn({ record }: EvaluatedNetwork, dataset: string): Promise<boolean> {
    if (!record) return false
    const { root } = await this.images.own({ record }).catch(() => record.dataset)
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
