import { shallowRef, watch, type Ref } from 'vue'
import type { ModelDescription } from '../../shared/contract/model-cost.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { connectionCount, host } from '../app/transport/connection.ts'

/** Milliseconds that somebody may go on typing in. */
const PAUSE = 400

/** What the network of a recipe costs; undefined until it is known, and where the network cannot be made: starting the run says why. */
export function useModelCost(recipe: Ref<Recipe>, classes: Ref<number>): Ref<ModelDescription | undefined> {
  const cost = shallowRef<ModelDescription>()
  // Only what the answer depends on: the network is built for it.
  const question = () =>
    JSON.stringify([
      recipe.value.model,
      recipe.value.data.imageSize,
      recipe.value.data.channels,
      recipe.value.data.batchSize,
      recipe.value.optimizer,
      recipe.value.precision.amp,
      classes.value,
    ])
  watch(
    [question, connectionCount],
    async (_now, _before, onCleanup) => {
      let stale = false
      onCleanup(() => (stale = true))
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
      if (stale) return
      const answer = await host.describeModel(recipe.value, classes.value).catch(() => undefined)
      if (!stale) cost.value = answer
    },
    { immediate: true },
  )
  return cost
}
