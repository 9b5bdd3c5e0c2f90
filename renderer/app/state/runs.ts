import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import type { TrainerProgress } from '../../../shared/contract/trainer.ts'
import type { RunLength } from '../../../shared/run-folder/length.ts'
import type { RunNotes } from '../../../shared/run-folder/notes.ts'
import type { ShownRun } from '../../../shared/contract/workbench.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { host, onEvent, onOpen } from '../transport/connection.ts'
import { latest } from './latest.ts'
import { sentence } from '../../ui/sentence.ts'

/** All runs, as the host tells of them. Every action throws the host's error. */
export const useRuns = defineStore('runs', () => {
  /** Undefined until they were read once. */
  const list = shallowRef<readonly ShownRun[]>()
  const problem = shallowRef<string>()
  /** The last progress of each run at work, newer than that in the list. */
  const progress = shallowReactive(new Map<string, TrainerProgress>())
  const byId = computed(() => new Map((list.value ?? []).map((run) => [run.id, run])))
  const queued = computed(() =>
    (list.value ?? []).filter(({ status }) => status === 'queued').sort((a, b) => (a.place ?? 0) - (b.place ?? 0)),
  )
  const running = computed(() => (list.value ?? []).filter(({ status }) => status === 'running'))

  const read = latest(async () => {
    try {
      const [runs, problems] = await Promise.all([host.listRuns(), host.listProblems()])
      list.value = runs
      problem.value = problems.length > 0 ? problems.join(' ') : undefined
      for (const id of progress.keys()) if (byId.value.get(id)?.status !== 'running') progress.delete(id)
    } catch (error) {
      problem.value = sentence(error)
    }
  })

  onOpen(() => void read())
  onEvent('runsChanged', () => void read())
  onEvent('runProgress', (id, now) => void progress.set(id, now))

  return { list, byId, queued, running, problem, progress, read, ...actions(read) }
})

/** What can be done with runs; the list is read again after what changes it. */
function actions(read: () => Promise<void>) {
  async function then<R>(action: Promise<R>): Promise<R> {
    const result = await action
    await read()
    return result
  }
  return {
    start: (recipe: Recipe) => then(host.startRun(recipe)),
    resume: (id: string) => then(host.resumeRun(id)),
    /** Makes a finished run longer. */
    trainFurther: (id: string, length: RunLength) => then(host.resumeRun(id, length)),
    describeLonger: (id: string, length: RunLength) => host.describeLonger(id, length),
    stop: (id: string) => then(host.stopRun(id)),
    /** Ends its trainer at once. */
    kill: (id: string) => then(host.killRun(id)),
    pause: (id: string, paused: boolean) => then(host.pauseRun(id, paused)),
    saveCheckpoint: (id: string) => host.saveCheckpoint(id),
    scaleLearningRate: (id: string, factor: number) => host.scaleLearningRate(id, factor),
    move: (id: string, place: number) => then(host.moveQueued(id, place)),
    annotate: (id: string, { tags, ...notes }: RunNotes) =>
      then(host.annotateRun(id, { ...notes, ...(tags && { tags: [...tags] }) })),
    trash: (id: string) => then(host.trashRun(id)),
  }
}
