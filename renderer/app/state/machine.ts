import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { MachineDescription } from '../../../shared/contract/trainer.ts'
import type { MachineLoad } from '../../../shared/contract/workbench.ts'
import { host, onEvent, onOpen } from '../transport/connection.ts'
import { withLoad } from './load-history.ts'
import { sentence } from '../../ui/sentence.ts'

/** The machine that trains: its devices, and how busy it is. */
export const useMachine = defineStore('machine', () => {
  const description = shallowRef<MachineDescription>()
  /** Of the last minutes, for as long as the page is open. */
  const history = shallowRef<readonly MachineLoad[]>([])
  const load = computed(() => history.value.at(-1))
  const problem = shallowRef<string>()

  async function read() {
    try {
      description.value = await host.describeMachine()
      problem.value = undefined
    } catch (error) {
      problem.value = sentence(error)
    }
  }

  onOpen(() => void read())
  onEvent('load', (next) => (history.value = withLoad(history.value, next)))
  return { description, history, load, problem }
})
