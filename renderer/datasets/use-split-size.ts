import { shallowRef, watch, type Ref } from 'vue'
import type { Split } from '../../shared/run.ts'
import { connectionCount, host } from '../connection.ts'
import { sentence } from '../sentence.ts'

/** How many images and classes a split of a dataset has, or why that is not known. */
export interface SplitSize {
  readonly images?: number
  readonly classes?: readonly string[]
  readonly problem?: string
}

/** Follows the dataset's name; empty until the host has answered. */
export function useSplitSize(dataset: Ref<string>, split: Ref<Split>): Ref<SplitSize> {
  const size = shallowRef<SplitSize>({})
  watch(
    [dataset, split, connectionCount],
    async ([name, of], _before, onCleanup) => {
      let stale = false
      onCleanup(() => (stale = true))
      const answer = name === '' ? {} : await readSize(name, of)
      if (!stale) size.value = answer
    },
    { immediate: true },
  )
  return size
}

async function readSize(dataset: string, split: Split): Promise<SplitSize> {
  try {
    const { total, classes } = await host.listImages({ dataset, split, offset: 0, limit: 1 })
    return { images: total, classes }
  } catch (error) {
    return { problem: sentence(error) }
  }
}
