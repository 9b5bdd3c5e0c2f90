import { computed, shallowRef, type Ref } from 'vue'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { host } from '../app/transport/connection.ts'
import { formatDuration } from '../charts/format.ts'
import { sentence } from '../ui/sentence.ts'

interface RunSize {
  /** Undefined while the dataset is not known. */
  readonly stepsPerEpoch: number | undefined
  readonly allSteps: number
  readonly stepImages: number
  readonly classes: number
}

/** What decides how long a step takes. */
const stepOf = ({ model, data, augment, optimizer, loss, precision }: Recipe, classes: number) =>
  JSON.stringify([model, data, augment.mixup, augment.cutmix, optimizer, loss, precision, classes])

/** How long an epoch and the whole run take on this device, once somebody has asked: a few steps are run on random images. */
export function useMeasuredTime(recipe: Ref<Recipe>, size: Ref<RunSize>) {
  const measured = shallowRef<{ step: string; imagesPerSecond: number }>()
  const busy = shallowRef(false)
  const problem = shallowRef<string>()

  async function measure(): Promise<void> {
    const step = stepOf(recipe.value, size.value.classes)
    busy.value = true
    problem.value = undefined
    try {
      const { imagesPerSecond } = await host.measureSpeed(recipe.value, size.value.classes)
      measured.value = { step, imagesPerSecond }
    } catch (error) {
      problem.value = sentence(error)
    } finally {
      busy.value = false
    }
  }

  const text = computed(() => {
    const { stepsPerEpoch, allSteps, stepImages, classes } = size.value
    if (stepsPerEpoch === undefined || measured.value?.step !== stepOf(recipe.value, classes)) return undefined
    const secondsPerStep = stepImages / measured.value.imagesPerSecond
    return `${formatDuration(stepsPerEpoch * secondsPerStep)} an epoch, ${formatDuration(allSteps * secondsPerStep)} in all`
  })
  return { measure, busy, problem, text }
}
