import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { host, onEvent, onOpen } from '../transport/connection.ts'
import { MetricsReader, type RunMetrics } from './metrics-reader.ts'

/** The metrics of the runs that someone watches. What was read stays, and is read on from where it ended. */
export const useMetrics = defineStore('metrics', () => {
  const runs = shallowReactive(new Map<string, RunMetrics>())
  const begun = new Set<string>()
  const publish = inBatches(
    () => begun.size > 0,
    (batch) => batch.forEach((metrics, id) => runs.set(id, metrics)),
  )
  const readers = new Map<string, MetricsReader>()
  const watchers = new Map<string, number>()

  /** Keeps a run's metrics up to date until the returned function is called. */
  function follow(id: string): () => void {
    watchers.set(id, (watchers.get(id) ?? 0) + 1)
    const reader =
      readers.get(id) ??
      new MetricsReader(
        (cursor) => host.readMetrics(id, cursor),
        (metrics) => publish(id, metrics),
      )
    readers.set(id, reader)
    if (!runs.has(id)) begun.add(id)
    void reader.read().finally(() => begun.delete(id))
    let followed = true
    return () => {
      if (followed) watchers.set(id, watchers.get(id)! - 1)
      followed = false
    }
  }

  const isFollowed = (id: string) => (watchers.get(id) ?? 0) > 0

  onOpen(() => readers.forEach((reader, id) => isFollowed(id) && void reader.read()))
  const readAgain = (id: string): void => void (isFollowed(id) && readers.get(id)!.read())
  onEvent('metricsGrew', readAgain)
  // A run that is over in a moment may not have been seen to grow.
  onEvent('runEnded', readAgain)
  return { of: (id: string): RunMetrics | undefined => runs.get(id), follow }
})

/** Milliseconds in which what arrives is gathered: charts of many runs are not drawn for each by itself. */
const batchTime = 80
/** The longest that the first of them waits for others that were asked for. */
const longest = 800

function inBatches(
  isMoreComing: () => boolean,
  flush: (batch: ReadonlyMap<string, RunMetrics>) => void,
): (id: string, metrics: RunMetrics) => void {
  let batch = new Map<string, RunMetrics>()
  function look(waited: number) {
    if (isMoreComing() && waited < longest) return void setTimeout(look, batchTime, waited + batchTime)
    const full = batch
    batch = new Map()
    flush(full)
  }
  return (id, metrics) => {
    if (batch.size === 0) setTimeout(look, batchTime, batchTime)
    batch.set(id, metrics)
  }
}
