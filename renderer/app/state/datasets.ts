import { defineStore } from 'pinia'
import { computed, reactive, shallowRef } from 'vue'
import type { DatasetReport } from '../../../shared/contract/trainer.ts'
import type { ShownDataset } from '../../../shared/contract/workbench.ts'
import type { RecordKeys } from '../../../shared/run-folder/record-keys.ts'
import { host, onEvent, onOpen } from '../transport/connection.ts'
import { sentence } from '../../ui/sentence.ts'

/** A check of a dataset: under way, done or failed. */
export type DatasetCheck =
  | { readonly state: 'checking'; readonly done: number; readonly total: number }
  | { readonly state: 'checked'; readonly report: DatasetReport }
  | { readonly state: 'failed'; readonly message: string }

/** Checks of datasets by name, each once at a time. */
function useChecks() {
  const checks = reactive(new Map<string, DatasetCheck>())

  async function check(name: string) {
    if (checks.get(name)?.state === 'checking') return
    checks.set(name, { state: 'checking', done: 0, total: 0 })
    try {
      checks.set(name, { state: 'checked', report: await host.checkDataset(name) })
    } catch (error) {
      checks.set(name, { state: 'failed', message: sentence(error) })
    }
  }

  onEvent('datasetProgress', (name, done, total) => {
    if (checks.get(name)?.state === 'checking') checks.set(name, { state: 'checking', done, total })
  })
  return { checks, check }
}

export const useDatasets = defineStore('datasets', () => {
  const list = shallowRef<readonly ShownDataset[]>()
  const problem = shallowRef<string>()
  const { checks, check } = useChecks()
  const byName = computed(() => new Map((list.value ?? []).map((dataset) => [dataset.name, dataset])))

  async function read() {
    try {
      list.value = await host.listDatasets()
      problem.value = undefined
    } catch (error) {
      problem.value = sentence(error)
    }
  }

  /** Throws the host's error. */
  async function add(root: string, records?: RecordKeys): Promise<ShownDataset> {
    const added = await host.addDataset(root, undefined, records)
    await read()
    return added
  }

  /** Takes it off the list; its files stay. Throws the host's error. */
  async function remove(name: string) {
    await host.removeDataset(name)
    checks.delete(name)
    await read()
  }

  /** Gives a class another name on screen; an empty one, or the folder's, takes that back. Throws the host's error. */
  async function nameClass({ name, classNames }: ShownDataset, className: string, shown: string) {
    const { [className]: _before, ...others } = classNames
    await host.nameClasses(name, shown === '' || shown === className ? others : { ...others, [className]: shown })
    await read()
  }

  onOpen(() => void read())
  onEvent('datasetsChanged', () => void read())
  return { list, byName, problem, checks, read, add, remove, nameClass, check }
})
