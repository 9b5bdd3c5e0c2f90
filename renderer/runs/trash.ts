import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { TrashedRun } from '../../shared/contract/workbench.ts'
import { host, onEvent, onOpen } from '../app/transport/connection.ts'
import { sentence } from '../ui/sentence.ts'
import { latest } from '../app/state/latest.ts'

/** The runs in the trash, read from when they are first asked for. Every action throws the host's error. */
export const useTrash = defineStore('trash', () => {
  /** Undefined until they were read once. */
  const list = shallowRef<readonly TrashedRun[]>()
  const problem = shallowRef<string>()

  const read = latest(async () => {
    try {
      list.value = await host.listTrash()
      problem.value = undefined
    } catch (error) {
      problem.value = sentence(error)
    }
  })
  const then = (action: Promise<void>) => action.finally(read)

  onOpen(() => void read())
  onEvent('runsChanged', () => void read())
  return {
    list,
    problem,
    restore: (name: string) => then(host.restoreTrashed(name)),
    erase: (name: string) => then(host.deleteTrashed(name)),
  }
})
