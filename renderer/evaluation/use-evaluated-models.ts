import { onScopeDispose, shallowRef } from 'vue'
import type { EvaluatedModel } from '../../shared/contract/workbench.ts'
import { latest } from '../app/state/latest.ts'
import { host, onOpen } from '../app/transport/connection.ts'
import { sentence } from '../ui/sentence.ts'

/** SavedModels that have evaluations, read again at a new connection. */
export function useEvaluatedModels() {
  const models = shallowRef<readonly EvaluatedModel[]>([])
  const problem = shallowRef<string>()
  const read = latest(async () => {
    try {
      models.value = (await host.listEvaluatedModels()).filter(({ evaluations }) => evaluations.length > 0)
      problem.value = undefined
    } catch (error) {
      problem.value = sentence(error)
    }
  })
  void read()
  onScopeDispose(onOpen(() => void read()))
  return { models, problem }
}
