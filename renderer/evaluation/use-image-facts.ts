import { onScopeDispose, shallowRef } from 'vue'
import type { SampleFacts } from '../../shared/contract/sample-facts.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'
import type { EvaluationAddress } from './use-evaluation.ts'

/** What is known of the images of an evaluation. They are measured, where they were not, when that is asked for. */
export function useImageFacts(at: EvaluationAddress) {
  const facts = shallowRef<SampleFacts | null>()
  const progress = shallowRef<{ readonly done: number; readonly total: number }>()
  const problem = shallowRef<string>()
  let isGone = false
  const stop = () => (progress.value = undefined)

  async function trying(work: () => Promise<void>) {
    problem.value = undefined
    try {
      await work()
    } catch (error) {
      stop()
      problem.value = sentence(error)
    }
  }

  const measure = () =>
    trying(async () => {
      progress.value = { done: 0, total: 0 }
      while (progress.value && !isGone) {
        const { done, total, facts: found } = await trainer.measureImages(at)
        // Who has stopped it meanwhile is not shown it going on.
        if (progress.value) progress.value = { done, total }
        if (!found) continue
        facts.value = found
        problem.value = found.unsaved
        stop()
      }
    })

  void trying(async () => void (facts.value = await trainer.readImageFacts(at)))
  onScopeDispose(() => (isGone = true))
  return { facts, progress, problem, measure, stop }
}
