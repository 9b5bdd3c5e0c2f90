import { totalSteps } from '../schedule.ts'
import type { Recipe } from '../schema.ts'
import type { TrackedSplit } from '../split.ts'

/** What is known of the dataset that a recipe trains on. */
export interface DatasetFacts {
  readonly images: Readonly<Record<TrackedSplit, number>>
  readonly classes: number
  /** Whether it has no split of its own, so that a share of each class is held out. */
  readonly isHeldOut: boolean
  /** Absent where the images were not looked at. */
  readonly colours?: Colours
  /** What is to be known of it whatever the recipe says: a sentence each. */
  readonly warnings?: readonly string[]
}

/** The colours of the training images. */
export interface Colours {
  /** Whether the channels of every image are alike. */
  readonly isGrey: boolean
  /** Of each channel, on the 0-255 scale; three of them. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** Something of a recipe that has no effect or a bad one: a key, and one sentence or two that say what and what to do. */
export interface RecipeWarning {
  readonly path: string
  readonly message: string
}

/** What a warning goes by. */
export interface Given {
  readonly recipe: Recipe
  readonly dataset?: DatasetFacts | undefined
  /** Of the run, as far as they are known: a length in steps has epochs only on a dataset, and the other way round. */
  readonly epochs?: number | undefined
  readonly steps?: number | undefined
}

/** Looks for one thing. */
export type Check = (given: Given) => RecipeWarning | undefined

export function givenOf(recipe: Recipe, dataset?: DatasetFacts): Given {
  const { data, optimizer, schedule } = recipe
  const perEpoch = dataset && Math.floor(dataset.images.train / (data.batchSize * optimizer.accumulate))
  if (!perEpoch)
    return schedule.steps > 0
      ? { recipe, dataset, steps: schedule.steps }
      : { recipe, dataset, epochs: schedule.epochs }
  const steps = totalSteps(schedule, perEpoch)
  return { recipe, dataset, steps, epochs: steps / perEpoch }
}

/** For people: at most 3 digits behind the point. */
export const inWords = (value: number): string => String(Number(value.toFixed(3)))

export const inEpochs = (value: number): string => (value === 1 ? '1 epoch' : `${inWords(value)} epochs`)

export const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`

/** `1, 2 and 3` */
export const listed = (values: readonly (string | number)[]): string =>
  values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`
