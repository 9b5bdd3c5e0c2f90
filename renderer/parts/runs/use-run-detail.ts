import { shallowRef, watch, type Ref } from 'vue'
import type { RunDetail } from '../../../shared/contract/workbench.ts'
import { host } from '../../app/transport/connection.ts'
import { sentence } from '../../ui/sentence.ts'
import { latest } from '../../app/state/latest.ts'
import { useRuns } from '../../app/state/runs.ts'

/** What is only read for the one run in view: events, checkpoints, log. Read again when the run changes. */
export function useRunDetail(id: Ref<string>) {
  const detail = shallowRef<RunDetail>()
  const log = shallowRef('')
  const problem = shallowRef<string>()
  const store = useRuns()

  const read = latest(async () => {
    const asked = id.value
    try {
      const [run, text] = await Promise.all([host.readRun(asked), host.readLog(asked)])
      if (asked !== id.value) return
      detail.value = run
      log.value = text
      problem.value = undefined
    } catch (error) {
      if (asked === id.value) problem.value = sentence(error)
    }
  })

  watch(
    [id, () => store.byId.get(id.value), () => phase(store.progress.get(id.value)?.phase)],
    ([now], [before]) => {
      if (now !== before) detail.value = undefined
      void read()
    },
    { immediate: true },
  )
  return { detail, log, problem, read }
}

/** Of the phases only these leave something new to read. */
const phase = (name: string | undefined) =>
  name === 'checkpoint' || name === 'evaluated' || name === 'warning' ? name : undefined
