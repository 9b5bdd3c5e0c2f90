import { computed, onScopeDispose, shallowReactive, watch, type Ref } from 'vue'
import type { PredictedPicture } from '../../shared/contract/pictures.ts'
import { latest } from '../app/state/latest.ts'
import { sentence } from '../ui/sentence.ts'
import { predictPicture, type Picture } from './pictures.ts'

/** What came of a picture: a prediction, or why there is none. */
export type Prediction = PredictedPicture | { readonly problem: string }

interface Network {
  readonly run: string
  readonly checkpoint: string
}

/** What a checkpoint takes pictures for, one after the other. */
export function usePredictions(pictures: Readonly<Ref<readonly Picture[]>>, by: Readonly<Ref<Network | undefined>>) {
  const found = shallowReactive(new Map<number, Prediction>())
  let isOver = false
  onScopeDispose(() => (isOver = true))

  const work = latest(async () => {
    const asked = by.value
    if (!asked) return
    for (const picture of pictures.value) {
      if (found.has(picture.id)) continue
      const prediction = await predicted(picture, asked)
      // Asked of another checkpoint meanwhile: this begins anew.
      if (isOver || asked !== by.value) return
      found.set(picture.id, prediction)
    }
  })
  watch(by, () => found.clear(), { flush: 'sync' })
  watch([pictures, by], () => void work(), { immediate: true })
  const left = computed(() => pictures.value.filter(({ id }) => !found.has(id)).length)
  return { found, left }
}

async function predicted({ file }: Picture, { run, checkpoint }: Network): Promise<Prediction> {
  try {
    return await predictPicture(file, run, checkpoint)
  } catch (error) {
    return { problem: sentence(error) }
  }
}
