import { shallowRef, watch, type Ref } from 'vue'
import type { EvaluationComparison } from '../../shared/contract/evaluation-comparison.ts'
import type { OpenedEvaluation } from '../../shared/contract/evaluations.ts'
import { host } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'
import type { EvaluationAddress } from './use-evaluation.ts'

/** The evaluations that are compared: B against A. */
export interface Sides {
  readonly a: EvaluationAddress
  readonly b: EvaluationAddress
}

/** Two evaluations with what the second changes. */
export interface Compared {
  readonly comparison: EvaluationComparison
  readonly a: OpenedEvaluation
  readonly b: OpenedEvaluation
}

export function useComparison(sides: Readonly<Ref<Sides>>) {
  const compared = shallowRef<Compared>()
  const problem = shallowRef<string>()

  watch(
    sides,
    async (asked) => {
      compared.value = problem.value = undefined
      try {
        const { a, b } = asked
        const [comparison, ofA, ofB] = await Promise.all([
          host.compareEvaluations(a.run, a.evaluation, b.run, b.evaluation),
          trainer.openEvaluation(a),
          trainer.openEvaluation(b),
        ])
        if (asked === sides.value) compared.value = { comparison, a: ofA, b: ofB }
      } catch (error) {
        if (asked === sides.value) problem.value = sentence(error)
      }
    },
    { immediate: true },
  )
  return { compared, problem }
}
