import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { MachineDescription } from '../../shared/contract/trainer.ts'
import type { MachineLoad } from '../../shared/contract/workbench.ts'
import { host, onEvent, onOpen } from '../connection.ts'
import { sentence } from '../sentence.ts'

/** The machine that trains: its devices, and how busy it is. */
export const useMachine = defineStore('machine', () => {
  const description = shallowRef<MachineDescription>()
  const load = shallowRef<MachineLoad>()
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
  onEvent('load', (next) => (load.value = next))
  return { description, load, problem }
})
