import { shallowRef, watch, type Ref } from 'vue'
import type { HoldOut } from '../../shared/contract/trainer.ts'
import type { Split } from '../../shared/recipe/split.ts'
import { connectionCount } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'

/** Which samples the gallery shows: some of a dataset's split, of one class or all, from an offset on. */
export interface SampleChoice {
  readonly dataset: string
  readonly split: Split
  readonly label: number | undefined
  readonly offset: number
  /** The recipe's: its sample indices are those of the preview. */
  readonly holdOut: HoldOut | undefined
}

export interface ChosenSamples {
  readonly indices: readonly number[]
  readonly classes: readonly string[]
  readonly total: number
  readonly problem?: string
}

export const GALLERY = 24

/** Spread over all images where there is no class, so that a gallery of sorted folders shows many classes. */
export const spread = (total: number, offset: number): number[] => {
  const count = Math.min(GALLERY, total)
  return Array.from({ length: count }, (_, i) => (Math.floor((i * total) / count) + offset) % total)
}

const nothing: ChosenSamples = { indices: [], classes: [], total: 0 }

export function useSamples(choice: () => SampleChoice): Ref<ChosenSamples> {
  const chosen = shallowRef(nothing)
  watch(
    () => JSON.stringify([choice(), connectionCount.value]),
    async (_now, _before, onCleanup) => {
      let stale = false
      onCleanup(() => (stale = true))
      const wanted = choice()
      const answer = wanted.dataset === '' ? nothing : await choose(wanted)
      if (!stale) chosen.value = answer
    },
    { immediate: true },
  )
  return chosen
}

async function choose({ dataset, split, label, offset, holdOut }: SampleChoice): Promise<ChosenSamples> {
  try {
    if (label === undefined) {
      const { total, classes } = await trainer.listImages({ dataset, split, offset: 0, limit: 1, holdOut })
      return { indices: spread(total, offset), classes, total }
    }
    const { images, total, classes } = await trainer.listImages({
      dataset,
      split,
      label,
      offset,
      limit: GALLERY,
      holdOut,
    })
    return { indices: images.map(({ index }) => index), classes, total }
  } catch (error) {
    return { ...nothing, problem: sentence(error) }
  }
}
