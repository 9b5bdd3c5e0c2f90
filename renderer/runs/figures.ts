import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { MetricFigure, ShownRun } from '../../shared/contract/workbench.ts'
import { host, onEvent } from '../app/transport/connection.ts'

/** Milliseconds between readings of what grows. */
const PACE = 1000
/** Runs that are asked for at once. */
const TOGETHER = 50

/** What the metrics of all runs have come to, for those who watch a list of them. */
export const useFigures = defineStore('figures', () => {
  const all = shallowRef<ReadonlyMap<string, readonly MetricFigure[]>>(new Map())
  /** The state in which each run was read: one that has changed is read again. */
  const readAt = new Map<string, string>()
  const grown = new Set<string>()
  let reading = false

  /** Reads what was not read yet. What fails is asked for again at the next change. */
  async function read() {
    if (reading) return
    reading = true
    try {
      for (let ids = takeSome(grown); ids.length > 0; ids = takeSome(grown))
        all.value = new Map([...all.value, ...Object.entries(await host.readFigures(ids))])
    } catch {
      readAt.clear()
    } finally {
      reading = false
    }
  }

  /** Keeps the figures of these runs up to date: call it again when their list changes. */
  function want(runs: readonly ShownRun[]) {
    for (const run of runs) {
      const state = stateOf(run)
      if (state === undefined || readAt.get(run.id) === state) continue
      readAt.set(run.id, state)
      grown.add(run.id)
    }
    void read()
  }

  /** Until the returned function is called, runs at work are read again while they grow. */
  function follow(): () => void {
    const stopListening = onEvent('metricsGrew', (id) => void grown.add(id))
    const timer = setInterval(() => void read(), PACE)
    return () => {
      stopListening()
      clearInterval(timer)
    }
  }

  return { all, want, follow }
})

/** Removes as many as are asked for at once, and gives them. */
function takeSome(ids: Set<string>): string[] {
  const taken = [...ids].slice(0, TOGETHER)
  taken.forEach((id) => ids.delete(id))
  return taken
}

/** Nothing of one without metrics. */
const stateOf = ({ record, status }: ShownRun) => record && `${record.started} ${record.step} ${status}`
