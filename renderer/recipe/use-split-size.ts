import { shallowRef, watch, type Ref } from 'vue'
import type { HoldOut } from '../../shared/contract/trainer.ts'
import type { Split } from '../../shared/recipe/split.ts'
import { connectionCount } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'

/** How many images and classes a split of a dataset has, or why that is not known. */
export interface SplitSize {
  readonly images?: number
  readonly classes?: readonly string[]
  readonly warnings?: readonly string[]
  readonly problem?: string
}

/** Follows the dataset's name and how it is split; empty until the host has answered. */
export function useSplitSize(dataset: Ref<string>, split: Split, holdOut: () => HoldOut): Ref<SplitSize> {
  const size = shallowRef<SplitSize>({})
  watch(
    [dataset, () => holdOut().validationShare, () => holdOut().splitSeed, connectionCount],
    async ([name, validationShare, splitSeed], _before, onCleanup) => {
      let stale = false
      onCleanup(() => (stale = true))
      const answer = name === '' ? {} : await readSize(name, split, { validationShare, splitSeed })
      if (!stale) size.value = answer
    },
    { immediate: true },
  )
  return size
}

async function readSize(dataset: string, split: Split, holdOut: HoldOut): Promise<SplitSize> {
  try {
    const { total, classes, warnings } = await trainer.listImages({ dataset, split, offset: 0, limit: 1, holdOut })
    return { images: total, classes, warnings }
  } catch (error) {
    return { problem: sentence(error) }
  }
}
