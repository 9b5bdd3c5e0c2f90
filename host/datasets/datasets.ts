import { existsSync, statSync, type Stats } from 'node:fs'
import { basename, join, parse, resolve, sep } from 'node:path'
import { z } from 'zod'
import { DatasetError, UsageError } from '../../shared/errors.ts'
import { nearest } from '../../shared/recipe/nearest.ts'
import { recordKeys, type RecordKeys } from '../../shared/run-folder/record-keys.ts'
import { SharedJson } from '../../storage/shared-json.ts'
import type { Home } from '../machine/home.ts'
import { silentPlaces } from '../machine/silent-places.ts'

export interface Dataset {
  readonly name: string
  /** The folder, absolute. */
  readonly root: string
  /** How its TFRecords are read. */
  readonly records?: RecordKeys
}

export interface ListedDataset extends Dataset {
  /** It came with Anneal, and is always there. */
  readonly bundled: boolean
}

const BUNDLED = 'fashion-mnist-mini'
/** Two folders above the sources; above the bundle in `dist`; in a package beside the archive, where TensorFlow can read it. */
const bundledRoot = ['../datasets', '../../datasets']
  .map((folder) => join(import.meta.dirname, folder, BUNDLED))
  .find((folder) => existsSync(folder))
const bundled: readonly Dataset[] = [{ name: BUNDLED, root: bundledRoot ?? '' }]
const isBundled = (name: string) => bundled.some((dataset) => dataset.name === name)

const datasetName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const fileSchema = z.strictObject({
  format: z.literal(1),
  datasets: z.record(
    z.string().regex(datasetName),
    z.union([z.string(), z.strictObject({ root: z.string(), records: recordKeys })]),
  ),
})

/** The datasets that have a name: those of `datasets.json` and the bundled one. */
export class Datasets {
  readonly #file: SharedJson<z.infer<typeof fileSchema>>

  constructor(home: Home) {
    this.#file = new SharedJson({
      path: home.datasetsFile,
      schema: fileSchema,
      none: { format: 1, datasets: {} },
      afterwards: 'add the datasets again',
    })
  }

  /** By name. */
  list(): ListedDataset[] {
    return listed(this.#file.read().datasets)
  }

  /** Gives a folder or a file a name. The name is checked here, the content by a trainer. */
  async add(name: string, path: string, records?: RecordKeys): Promise<Dataset> {
    const dataset = await this.checkNew(name, path, records)
    const entry = dataset.records ? { root: dataset.root, records: dataset.records } : dataset.root
    await this.#file.change(({ datasets }) => {
      // Another process may have given it meanwhile.
      checkFree(name, listed(datasets))
      return { format: 1, datasets: { ...datasets, [name]: entry } }
    })
    return dataset
  }

  /** What {@link add} would add; refuses what it would refuse. */
  async checkNew(name: string, path: string, records?: RecordKeys): Promise<Dataset> {
    this.checkName(name)
    const root = resolve(path)
    await checkThere(root)
    return { name, root, ...(records && Object.keys(records).length > 0 && { records }) }
  }

  /** Throws `UsageError` for a name that cannot be given. */
  checkName(name: string): void {
    if (!datasetName.test(name)) {
      throw new UsageError(
        `"${name}" cannot be the name of a dataset: use up to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.`,
      )
    }
    checkFree(name, this.list())
  }

  /** Forgets a name; the folder stays. */
  async remove(name: string): Promise<Dataset> {
    if (isBundled(name)) throw new UsageError(`${name} comes with Anneal and cannot be removed.`)
    const { root } = this.#known(name)
    await this.#file.change(({ datasets }) => ({
      format: 1,
      datasets: Object.fromEntries(Object.entries(datasets).filter(([other]) => other !== name)),
    }))
    return { name, root }
  }

  /** What a recipe's `data.dataset` stands for: a name, or else the path of a folder. Throws `DatasetError`. */
  async resolve(nameOrPath: string): Promise<Dataset> {
    if (nameOrPath === '')
      throw new UsageError('No dataset is named; name one with --dataset, or set data.dataset in the recipe.')
    const dataset =
      this.#find(nameOrPath) ??
      (isPath(nameOrPath)
        ? { name: basename(resolve(nameOrPath)), root: resolve(nameOrPath) }
        : this.#known(nameOrPath))
    await checkThere(dataset.root)
    return placeOf(dataset)
  }

  /** Why each of some datasets cannot be used now: a sentence, or nothing. */
  async problemsOf(datasets: readonly Dataset[]): Promise<(string | undefined)[]> {
    const silent = await silentPlaces(datasets.map(({ root }) => root))
    return datasets.map(({ root }) => problemOf(() => lookAt(root, silent)))
  }

  /** By name only. Throws `DatasetError`. */
  async resolveName(name: string): Promise<Dataset> {
    if (name === '') throw new UsageError('No dataset is named; choose one for data.dataset.')
    const dataset = this.#known(name)
    await checkThere(dataset.root)
    return placeOf(dataset)
  }

  #find(name: string): ListedDataset | undefined {
    return this.list().find((dataset) => dataset.name === name)
  }

  #known(name: string): Dataset {
    const dataset = this.#find(name)
    if (dataset) return dataset
    const suggestion = nearest(
      name,
      this.list().map((other) => other.name),
    )
    const hint = suggestion
      ? `did you mean ${suggestion}?`
      : 'give the path of its folder, or see "anneal datasets list".'
    throw new DatasetError(`There is no dataset ${name}; ${hint}`)
  }
}

/** By name. */
function listed(datasets: z.infer<typeof fileSchema>['datasets']): ListedDataset[] {
  const added = Object.entries(datasets).map(([name, entry]) => ({
    name,
    ...(typeof entry === 'string' ? { root: entry } : entry),
    bundled: false,
  }))
  return [...bundled.map((dataset) => ({ ...dataset, bundled: true })), ...added].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
}

const placeOf = ({ name, root, records }: Dataset): Dataset => ({ name, root, ...(records && { records }) })

function checkFree(name: string, datasets: readonly ListedDataset[]): void {
  const existing = datasets.find((dataset) => dataset.name === name)
  if (existing)
    throw new UsageError(
      `There is already a dataset ${name} (${existing.root}); choose another name${existing.bundled ? '' : ' or remove it first'}.`,
    )
}

function isPath(text: string): boolean {
  return (
    text.includes('/') ||
    text.includes(sep) ||
    text === '.' ||
    text === '..' ||
    statSync(text, { throwIfNoEntry: false }) !== undefined
  )
}

/** Whether what is there is a dataset, a trainer says. */
async function checkThere(root: string): Promise<Stats> {
  return lookAt(root, await silentPlaces([root]))
}

function lookAt(root: string, silent: ReadonlySet<string>): Stats {
  if (silent.has(root)) throw new DatasetError(doesNotAnswer(root))
  const stats = statOf(root)
  if (!stats) throw new DatasetError(`The dataset's folder ${root} does not exist; check the path.`)
  return stats
}

/** Of a folder that {@link silentPlaces} has found. */
export const doesNotAnswer = (root: string): string =>
  `The dataset's folder ${root} does not answer; check that its disk and the network to it are there, then try again.`

function problemOf(look: () => unknown): string | undefined {
  try {
    look()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The own name of a folder, or of a file without its extension, as far as a dataset may have it. Throws `DatasetError` where there is neither. */
export async function suggestName(path: string): Promise<string> {
  const isFile = (await checkThere(resolve(path))).isFile()
  const own = isFile ? parse(path).name : basename(path)
  return (
    own
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 64) || 'dataset'
  )
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new DatasetError(whyUnreadable(path, error as NodeJS.ErrnoException), { cause: error })
  }
}

function whyUnreadable(path: string, { code }: NodeJS.ErrnoException): string {
  if (path.includes('\0')) return `${JSON.stringify(path)} is no path: it holds the character NUL.`
  const advice = code === 'EACCES' || code === 'EPERM' ? 'check its permissions' : 'check the path'
  return `The dataset's folder ${path} cannot be read (${code}); ${advice}.`
}
