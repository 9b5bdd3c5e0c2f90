import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { RunDetail } from '../../../shared/contract/workbench.ts'
import { latest } from '../../app/state/latest.ts'
import { useRuns } from '../../app/state/runs.ts'
import { host, onEvent, onOpen } from '../../app/transport/connection.ts'
import { sentence } from '../../ui/sentence.ts'

/**
 * What is only read for the one run in view: events, checkpoints, evaluations, and its log where that is wanted.
 * Read again when runs change, when it has saved or evaluated something, and at a new connection.
 */
export function useRunDetail(id: Readonly<Ref<string | undefined>>, { withLog = false } = {}) {
  const detail = shallowRef<RunDetail>()
  const log = shallowRef('')
  const problem = shallowRef<string>()
  const store = useRuns()

  function show(run: RunDetail | undefined, text: string, why?: string) {
    detail.value = run
    log.value = text
    problem.value = why
  }

  const read = latest(async () => {
    const asked = id.value
    if (asked === undefined) return show(undefined, '')
    try {
      const [run, text] = await Promise.all([host.readRun(asked), withLog ? host.readLog(asked) : ''])
      if (asked === id.value) show(run, text)
    } catch (error) {
      if (asked === id.value) show(undefined, '', sentence(error))
    }
  })

  watch(id, () => {
    detail.value = undefined
    void read()
  })
  watch(() => phase(id.value === undefined ? undefined : store.progress.get(id.value)?.phase), read)
  onScopeDispose(onOpen(() => void read()))
  onScopeDispose(onEvent('runsChanged', () => void read()))
  return { detail, log, problem, read }
}

/** Of the phases only these leave something new to read. */
const phase = (name: string | undefined) =>
  name === 'checkpoint' || name === 'evaluated' || name === 'warning' ? name : undefined
