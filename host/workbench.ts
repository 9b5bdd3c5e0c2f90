import { runFiles } from '../shared/run-folder/files.ts'
import { join, resolve } from 'node:path'
import type { EvaluationReport } from '../shared/run-folder/evaluation.ts'
import type {
  BenchmarkReport,
  BenchmarkRequest,
  EvaluateRequest,
  DatasetListing,
  DatasetReport,
  ExportReport,
  MachineDescription,
  PredictionReport,
  PredictRequest,
  Places,
} from '../shared/contract/trainer.ts'
import type { EvaluationHistory } from '../shared/contract/evaluation-history.ts'
import type { ModelDescription } from '../shared/contract/model-cost.ts'
import type { GpuFacts } from '../shared/contract/gpu.ts'
import type { RecordKeys } from '../shared/run-folder/record-keys.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import { parseRecipe } from '../shared/recipe/validate.ts'
import { RunError } from '../shared/errors.ts'
import { Builds } from './builds/builds.ts'
import type { BuildName } from '../shared/contract/builds.ts'
import type { CacheName, Settings } from '../shared/contract/settings.ts'
import { Datasets, type Dataset } from './datasets/datasets.ts'
import { findAgain, inPlaceOf } from './datasets/moved-dataset.ts'
import { gpuSigns } from '../storage/builds/gpu-signs.ts'
import type { SharedJson } from '../storage/shared-json.ts'
import { DatasetCorrections } from './datasets/corrections.ts'
import { ClassNames } from './datasets/class-names.ts'
import { findFetchable } from './datasets/fetch/catalogue.ts'
import { fetchDataset, type FetchOptions } from './datasets/fetch/fetch-dataset.ts'
import { Caches } from './machine/caches.ts'
import { diagnose, type Diagnosis } from './machine/doctor.ts'
import { Home } from './machine/home.ts'
import { askNvidiaSmi } from './machine/nvidia-smi.ts'
import { settingsOf } from './machine/settings.ts'
import { withPlaces } from './runs/recipe-places.ts'
import { leftOutOf, type StoredEvaluation } from './runs/run-folder.ts'
import { readRecipe, RunStore, type StoredRun } from './runs/run-store.ts'
import { NodeStarter } from './training/trainer/node-starter.ts'
import type { OnSilence } from './training/trainer/silence.ts'
import type { TrainerProcess, TrainerStarter } from './training/trainer/trainer-process.ts'
import { previewDataset, type DatasetPreview, type PreviewOptions } from './training/preview-dataset.ts'
import { longerRecipe } from './training/longer-recipe.ts'
import { evaluateCheckpoints, withoutRepeats } from './training/evaluate-checkpoints.ts'
import { SavedModels } from './training/saved-models.ts'
import { imagesIn } from './training/evaluation-place.ts'
import { KeptEvaluations } from './training/kept-evaluations.ts'
import { Trainers, type OnProgress } from './training/trainers.ts'
import { checkResumable, RunHandle, type RunJob } from './training/run-handle.ts'

export { fetchable } from './datasets/fetch/catalogue.ts'
export type { Check, Diagnosis } from './machine/doctor.ts'
export { Home } from './machine/home.ts'
export { isSavedModel, type EvaluatedNetwork } from './runs/evaluated-models.ts'
export { exportPredictions, predictionFormats, type PredictionFormat } from './runs/export-predictions.ts'
export { keptSamples, type KeptSample } from './runs/kept-samples.ts'
export { lastValidation, storedEvaluations, type StoredEvaluation } from './runs/run-folder.ts'
export type { DamagedRun, RunStore, StoredRun } from './runs/run-store.ts'
export type { DatasetPreview } from './training/preview-dataset.ts'
export type { OnProgress } from './training/trainers.ts'
export type { RunHandle } from './training/run-handle.ts'

interface Watched {
  readonly onProgress?: OnProgress
}

export interface EvaluateOptions
  extends Pick<EvaluateRequest, 'checkpoint' | 'split' | 'leaveOutUnknown' | 'logits' | 'features'>, Watched {
  /** A name or a path, in place of the run's own dataset. */
  readonly dataset?: string
}

export interface ResumeOptions {
  /** The name of a checkpoint folder; without it, the newest. */
  readonly checkpoint?: string | undefined
  /** A name or a path: where the run's own dataset lies now. Without it, it is looked for where it was, then by its name. */
  readonly dataset?: string | undefined
  /** `key.path=value` of the keys that say how long the run is, to train it further. */
  readonly settings?: readonly string[] | undefined
  /** As for {@link Workbench.train}. */
  readonly dllogger?: string | undefined
}

export type PredictOptions = Pick<PredictRequest, 'checkpoint' | 'top'> & Watched
export type PreviewDatasetOptions = PreviewOptions & Watched
export type BenchmarkOptions = Pick<BenchmarkRequest, 'classes' | 'steps' | 'warmup'> & Watched

export interface AddOptions extends Watched {
  /** How TFRecords are read. */
  readonly records?: RecordKeys | undefined
}

/** With what is in it. */
export type AddedDataset = Dataset & DatasetListing

/** What Anneal does, for whoever asks: the command line, the window, the server. Trainers start when they are needed. */
export class Workbench {
  readonly datasets: Datasets
  readonly runs: RunStore
  readonly settings: SharedJson<Settings>
  readonly builds = new Builds()
  readonly caches: Caches
  /** What is found out of evaluations that are there. */
  readonly evaluations: KeptEvaluations
  readonly savedModels: SavedModels
  /** The recipe of a run as it was trained. */
  readonly recipeOf = readRecipe
  readonly #trainers: Trainers

  /** @param onSilence told of any trainer that does not answer, and when it does again; without it, those that do not train are ended then */
  constructor(
    readonly home: Home = Home.of(process.env),
    starter: TrainerStarter = new NodeStarter(),
    onSilence?: OnSilence,
  ) {
    this.datasets = new Datasets(home)
    this.runs = new RunStore(home)
    this.settings = settingsOf(home)
    this.caches = new Caches(home)
    this.#trainers = new Trainers(starter, this.settings, onSilence)
    this.savedModels = new SavedModels(home, this.datasets, this.#trainers)
    const own = (run: Pick<StoredRun, 'record'>) => this.datasetOf(run)
    this.evaluations = new KeptEvaluations(this.#trainers, imagesIn(home, this.datasets, own))
  }

  /** Loads TensorFlow in a process of its own and says what it finds, with the switches of a recipe. */
  describeMachine(recipe: Recipe = parseRecipe({})): Promise<MachineDescription> {
    return this.#trainers.with(recipe, ({ calls }) => calls.describeMachine())
  }

  /** What is known of this machine's GPUs; a process of its own asks their driver. */
  async describeGpu(): Promise<GpuFacts> {
    const [description, smi] = await Promise.all([
      this.#trainers.with(parseRecipe({}), ({ calls }) => calls.describeGpu()),
      askNvidiaSmi(),
    ])
    return { ...description, ...gpuSigns(), smi }
  }

  /** Looks at everything that training needs. */
  diagnose(): Promise<Diagnosis> {
    return diagnose(this.home, this)
  }

  /** Deletes a build that was fetched, unless a run may use it. Throws `RunError`, `UsageError` or `StorageError`. */
  async removeBuild(name: BuildName): Promise<void> {
    this.#checkIdle(`the ${name} build is deleted`)
    await this.builds.remove(name)
  }

  /** Deletes what a cache holds, unless a run may use it. Returns bytes. Throws `RunError` or `StorageError`. */
  async clearCache(name: CacheName): Promise<number> {
    this.#checkIdle('a cache is cleared')
    return this.caches.clear(name)
  }

  /** Throws `RunError` while a run of this home is at work. */
  #checkIdle(before: string): void {
    const run = this.runs.list().runs.find(({ status }) => status === 'running')
    if (run) throw new RunError(`The run ${run.id} is at work; wait for its end, or stop it, before ${before}.`)
  }

  /** Gives a folder or a file a name, once a trainer has recognised how it is laid out. */
  async addDataset(name: string, path: string, { records, onProgress }: AddOptions = {}): Promise<AddedDataset> {
    const { root } = await this.datasets.checkNew(name, path, records)
    const place = { root, records, cacheFolder: this.home.ensure('cache') }
    const listing = await this.#trainers.with(parseRecipe({}), ({ calls }) => calls.listDataset(place), onProgress)
    return { ...listing, ...(await this.datasets.add(name, root, records)) }
  }

  /** Fetches a dataset that is known by name into the home, and adds it under that name. */
  async fetchDataset(name: string, options: FetchOptions): Promise<Dataset> {
    const known = findFetchable(name)
    this.datasets.checkName(name)
    const folder = join(this.home.ensure('datasets'), name)
    await fetchDataset(known, folder, options)
    if (known.classNames) await new ClassNames(this.home).set(name, known.classNames)
    return this.datasets.add(name, folder)
  }

  /** What was decided of the labels of a dataset, by its name. Throws `DatasetError` where there is none of that name. */
  async correctionsOf(dataset: string): Promise<DatasetCorrections> {
    const { name } = await this.datasets.resolveName(dataset)
    return new DatasetCorrections(this.home, name)
  }

  /** Reads a dataset's folder, by name or path, and decodes every image that has not been seen before. */
  async checkDataset(nameOrPath: string, onProgress?: OnProgress): Promise<DatasetReport & Dataset> {
    const dataset = await this.datasets.resolve(nameOrPath)
    const cacheFolder = this.home.ensure('cache')
    const report = await this.#trainers.with(
      parseRecipe({}),
      ({ calls }) => calls.checkDataset({ ...dataset, cacheFolder }),
      onProgress,
    )
    return { ...report, ...dataset }
  }

  /**
   * Starts a new run of a complete recipe.
   * @param dllogger an absolute path, to log to in the form of NVIDIA's DLLogger too
   */
  async train(given: Recipe, onProgress: OnProgress, dllogger?: string): Promise<RunHandle> {
    const recipe = withPlaces(given, this.runs)
    const dataset = await this.datasets.resolve(recipe.data.dataset)
    const cacheFolder = this.home.ensure('cache')
    const { id, folder } = this.runs.create(recipe, dataset.name)
    return this.#start({ id, folder, recipe, dataset, cacheFolder, dllogger }, onProgress)
  }

  /** Makes the folder of a run that is to be started later, with its recipe. */
  async prepare(given: Recipe): Promise<string> {
    const recipe = withPlaces(given, this.runs)
    const dataset = await this.datasets.resolve(recipe.data.dataset)
    return this.runs.prepare(recipe, dataset.name)
  }

  /** Starts a run that was prepared. */
  async startPrepared(id: string, onProgress: OnProgress): Promise<RunHandle> {
    const folder = this.runs.folderOf(id)
    const recipe = readRecipe({ folder })
    const dataset = await this.datasets.resolve(recipe.data.dataset)
    return this.#start(
      { id, folder, recipe, dataset, cacheFolder: this.home.ensure('cache'), prepared: true },
      onProgress,
    )
  }

  /**
   * Starts a trainer for whatever is asked of it; the caller ends it.
   * @param places what it may be asked about by name
   */
  startTrainer(recipe: Recipe = parseRecipe({}), places: Places = {}): TrainerProcess {
    return this.#trainers.start(recipe, places)
  }

  /** Continues a stopped or interrupted run, or a finished one that is to train further. */
  async resume(
    run: StoredRun,
    onProgress: OnProgress,
    { checkpoint, dataset: moved, settings = [], dllogger }: ResumeOptions = {},
  ): Promise<RunHandle> {
    checkResumable(run, { further: settings.length > 0, checkpoint })
    const { id, folder } = run
    const recipe = readRecipe(run)
    const dataset =
      moved === undefined
        ? await this.datasetOf(run)
        : inPlaceOf(run.record.dataset, await this.datasets.resolve(moved))
    const cacheFolder = this.home.ensure('cache')
    return this.#start(
      {
        id,
        folder,
        recipe: settings.length > 0 ? longerRecipe(recipe, settings) : recipe,
        dataset,
        cacheFolder,
        resume: checkpoint === undefined ? {} : { checkpoint },
        dllogger,
      },
      onProgress,
    )
  }

  /** Where the dataset of a run lies now. Throws `DatasetError` where it is not found. */
  datasetOf({ record: { dataset } }: Pick<StoredRun, 'record'>): Promise<Dataset> {
    const { name, root, records } = dataset
    return findAgain(this.datasets, { name, root, ...(records && { records }) })
  }

  /** Evaluates a checkpoint of a run. */
  async evaluate(run: StoredRun, { dataset, onProgress, ...wanted }: EvaluateOptions): Promise<EvaluationReport> {
    const request = { ...wanted, ...(await this.#imagesOf(run, dataset)) }
    return this.#trainers.with(readRecipe(run), ({ calls }) => calls.evaluate(request), onProgress)
  }

  /**
   * Evaluates all checkpoints that a run keeps on the same images, and follows these over them. Evaluations that are
   * there are not made again.
   * @returns with the evaluation of the last checkpoint, which the rows are of
   */
  async evaluationHistory(
    run: StoredRun,
    { dataset, onProgress, ...wanted }: Omit<EvaluateOptions, 'checkpoint'>,
  ): Promise<{ history: EvaluationHistory; last: StoredEvaluation }> {
    const request = { ...wanted, ...(await this.#imagesOf(run, dataset)) }
    const told = onProgress && withoutRepeats(onProgress)
    return this.#trainers.with(
      readRecipe(run),
      async ({ calls }) => {
        const evaluations = await evaluateCheckpoints(calls, run, request, told)
        const history = await calls.evaluationHistory({ paths: evaluations.map(({ path }) => path) })
        return { history, last: evaluations.at(-1)! }
      },
      told,
    )
  }

  /** What a trainer has to know to evaluate a run. @param dataset a name or a path, in place of the run's own */
  async #imagesOf(run: StoredRun, dataset: string | undefined) {
    const images =
      dataset === undefined ? { own: await this.datasetOf(run) } : { dataset: await this.datasets.resolve(dataset) }
    return { runFolder: run.folder, cacheFolder: this.home.ensure('cache'), ...images }
  }

  /** Tells what a checkpoint of a run takes images for, or those of folders. @param paths one at least */
  predict(
    run: StoredRun,
    paths: readonly string[],
    { onProgress, ...options }: PredictOptions,
  ): Promise<PredictionReport> {
    return this.#trainers.with(
      readRecipe(run),
      ({ calls }) =>
        calls.predict({
          runFolder: run.folder,
          cacheFolder: this.home.ensure('cache'),
          paths: paths.map((path) => resolve(path)),
          ...options,
        }),
      onProgress,
    )
  }

  /** Samples of a recipe's dataset as training will see them, from a trainer of their own. */
  async previewDataset(recipe: Recipe, { onProgress, ...options }: PreviewDatasetOptions): Promise<DatasetPreview> {
    const place = { ...(await this.datasets.resolve(recipe.data.dataset)), cacheFolder: this.home.ensure('cache') }
    const trainer = this.startTrainer(recipe, { datasetOf: () => Promise.resolve(place) })
    return this.#trainers.useAndEnd(trainer, () => previewDataset(trainer, recipe, options), onProgress)
  }

  /** What of a run's folder is damaged and not shown: sentences. */
  leftOutOf({ folder, status }: StoredRun): Promise<string[]> {
    return leftOutOf(folder, status === 'running')
  }

  /** Writes the network of a checkpoint of a run into a folder that is not there yet, for others to use. */
  exportModel(run: StoredRun, folder: string, checkpoint: string): Promise<ExportReport> {
    return this.#trainers.with(readRecipe(run), ({ calls }) =>
      calls.exportModel({ runFolder: run.folder, checkpoint, folder: resolve(folder) }),
    )
  }

  /** What the network of a recipe is made of and costs. */
  describeModel(recipe: Recipe, classes: number): Promise<ModelDescription> {
    return this.#trainers.with(recipe, ({ calls }) =>
      calls.describeModel({ recipe: withPlaces(recipe, this.runs), classes }),
    )
  }

  /** Measures the steps of a recipe. */
  benchmark(
    kind: BenchmarkRequest['kind'],
    recipe: Recipe,
    { onProgress, ...options }: BenchmarkOptions,
  ): Promise<BenchmarkReport> {
    return this.#trainers.with(
      recipe,
      ({ calls }) => calls.benchmark({ kind, recipe: withPlaces(recipe, this.runs), ...options }),
      onProgress,
    )
  }

  #start(job: RunJob, onProgress: OnProgress): RunHandle {
    const start = () => this.#trainers.start(job.recipe, { logFile: join(job.folder, runFiles.log) })
    try {
      return new RunHandle(job, start, this.runs, onProgress)
    } catch (error) {
      if (!job.prepared) this.runs.discardIfNotBegun(job.id)
      throw error
    }
  }
}
