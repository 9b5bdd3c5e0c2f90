import { onScopeDispose, shallowReactive, watch } from 'vue'
import type { RunDetail } from '../../../shared/contract/workbench.ts'
import { host, onEvent, onOpen } from '../../app/transport/connection.ts'
import { sentence } from '../../ui/sentence.ts'

export interface ReadDetail {
  detail?: RunDetail | undefined
  problem?: string | undefined
  read(): Promise<void>
}

/** Everything that is saved of a run; read again when runs change. */
export function useRunDetail(id: () => string | undefined): ReadDetail {
  async function read() {
    const wanted = id()
    if (wanted === undefined) return void Object.assign(state, { detail: undefined, problem: undefined })
    try {
      const detail = await host.readRun(wanted)
      if (wanted === id()) Object.assign(state, { detail, problem: undefined })
    } catch (error) {
      if (wanted === id()) Object.assign(state, { detail: undefined, problem: sentence(error) })
    }
  }

  const state = shallowReactive<ReadDetail>({ read })
  watch(id, read, { immediate: true })
  onScopeDispose(onOpen(() => void read()))
  onScopeDispose(onEvent('runsChanged', () => void read()))
  return state
}
