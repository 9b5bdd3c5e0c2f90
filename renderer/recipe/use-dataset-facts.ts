import { shallowRef, watch, type Ref } from 'vue'
import type { HoldOut } from '../../shared/contract/trainer.ts'
import type { DatasetFacts } from '../../shared/recipe/warnings.ts'
import { connectionCount } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'

/** What is known of a dataset, or why nothing is. */
export interface KnownDataset {
  readonly facts?: DatasetFacts
  readonly problem?: string
}

/** Follows the dataset's name and how it is split; empty until the host has answered. */
export function useDatasetFacts(dataset: Ref<string>, holdOut: () => HoldOut): Ref<KnownDataset> {
  const known = shallowRef<KnownDataset>({})
  watch(
    [dataset, () => holdOut().validationShare, () => holdOut().splitSeed, connectionCount],
    async ([name, validationShare, splitSeed], _before, onCleanup) => {
      let stale = false
      onCleanup(() => (stale = true))
      const answer = name === '' ? {} : await read(name, { validationShare, splitSeed })
      if (!stale) known.value = answer
    },
    { immediate: true },
  )
  return known
}

async function read(dataset: string, holdOut: HoldOut): Promise<KnownDataset> {
  try {
    return { facts: await trainer.describeDataset({ dataset, holdOut }) }
  } catch (error) {
    return { problem: sentence(error) }
  }
}
