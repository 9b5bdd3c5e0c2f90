import { LRUCache } from 'lru-cache'
import type { HoldOut, ImageList, TrainerProgress } from '../../shared/contract/trainer.ts'
import type { ShownDataset, WorkbenchCalls } from '../../shared/contract/workbench.ts'
import type { Assistant } from '../training/assistant.ts'
import type { ClassNames } from '../datasets/class-names.ts'
import { suggestName, type ListedDataset } from '../datasets/datasets.ts'
import { pageOf } from './image-lists.ts'
import { PACE } from './progress-pace.ts'
import { Throttle } from './throttle.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { Thumbnails } from './thumbnails.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'
import { knownDataset } from './known-dataset.ts'

export interface DatasetParts {
  readonly workbench: Workbench
  readonly assistant: Assistant
  readonly thumbnails: Thumbnails
  readonly classNames: ClassNames
  readonly pages: Broadcast
}

/** The calls about datasets. */
export function datasetCalls(parts: DatasetParts) {
  const lists = new Lists(parts)
  return { ...listCalls(parts, lists), ...imageCalls(parts, lists) }
}

function listCalls({ workbench, assistant, thumbnails, classNames, pages }: DatasetParts, lists: Lists) {
  const { datasets } = workbench
  const changed = () => pages.send('datasetsChanged')
  const shown = (dataset: ListedDataset): ShownDataset => ({
    ...dataset,
    ...problemOf(() => datasets.resolveName(dataset.name)),
    classNames: classNames.of(dataset.name),
  })
  return {
    listDatasets: () => Promise.resolve().then(() => datasets.list().map(shown)),
    async addDataset(path, name = suggestName(path)) {
      const { root } = datasets.checkNew(name, path)
      await assistant.ask((calls) => calls.recogniseDataset({ root }))
      const dataset = datasets.add(name, root)
      changed()
      return shown({ ...dataset, bundled: false })
    },
    async removeDataset(name) {
      lists.forget(datasets.remove(name).root)
      classNames.set(name, {})
      return Promise.resolve(changed())
    },
    async nameClasses(name, names) {
      datasets.resolveName(name)
      classNames.set(name, names)
      return Promise.resolve(changed())
    },
    async checkDataset(name) {
      const { root } = datasets.resolveName(name)
      const report = await workbench.checkDataset(root, toldAs(name, pages))
      lists.forget(root)
      thumbnails.forget()
      return report
    },
  } satisfies Partial<WorkbenchCalls>
}

function imageCalls({ workbench, assistant, thumbnails }: DatasetParts, lists: Lists) {
  return {
    listImages: async ({ dataset, holdOut, ...wanted }) => pageOf(await lists.of(dataset, holdOut), wanted),
    async thumbnails({ dataset, ...wanted }) {
      const { root } = workbench.datasets.resolveName(dataset)
      return thumbnails.of({ root, cacheFolder: workbench.home.ensure('cache'), ...wanted }, (request) =>
        assistant.ask((calls) => calls.thumbnails(request)),
      )
    },
    async previewSamples({ recipe, ...wanted }) {
      const { name, root } = knownDataset(workbench.datasets, recipe.data.dataset)
      const { classes } = await lists.of(name, holdOutOf(recipe))
      const samples = await assistant.ask((calls) =>
        calls.previewSamples({ root, cacheFolder: workbench.home.ensure('cache'), recipe, ...wanted }),
      )
      return samples.map((sample) => ({
        ...sample,
        className: classes[sample.label]!,
        ...(sample.mixed && { partnerClass: classes[sample.mixed.partnerLabel]! }),
      }))
    },
  } satisfies Partial<WorkbenchCalls>
}

const holdOutOf = ({ data: { validationShare, splitSeed } }: Recipe): HoldOut => ({ validationShare, splitSeed })

/** As many are kept, those used last: every share and seed that was tried makes one. */
const MOST_LISTS = 8

/** The images of datasets, as they were listed last: until the dataset is checked again. */
class Lists {
  readonly #lists = new LRUCache<string, Promise<ImageList>>({ max: MOST_LISTS })

  constructor(private readonly parts: Pick<DatasetParts, 'workbench' | 'assistant' | 'pages'>) {}

  of(name: string, holdOut: HoldOut = holdOutOf(parseRecipe({}))): Promise<ImageList> {
    const { workbench, assistant, pages } = this.parts
    const { root } = workbench.datasets.resolveName(name)
    const key = JSON.stringify([root, holdOut.validationShare, holdOut.splitSeed])
    const known = this.#lists.get(key)
    if (known) return known
    const cacheFolder = workbench.home.ensure('cache')
    const list = assistant.ask((calls) => calls.listImages({ root, cacheFolder, holdOut }), toldAs(name, pages))
    this.#lists.set(key, list)
    list.catch(() => this.#lists.delete(key))
    return list
  }

  forget(root: string): void {
    for (const key of [...this.#lists.keys()]) if ((JSON.parse(key) as [string])[0] === root) this.#lists.delete(key)
  }
}

/** What tells the pages how far a check is. */
function toldAs(name: string, pages: Broadcast): (progress: TrainerProgress) => void {
  const throttle = new Throttle<{ done: number; total: number }>(PACE, ({ done, total }) =>
    pages.send('datasetProgress', name, done, total),
  )
  return (progress) => {
    if (progress.phase === 'checking') throttle.add(progress)
  }
}

function problemOf(look: () => unknown): { problem?: string } {
  try {
    look()
    return {}
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
