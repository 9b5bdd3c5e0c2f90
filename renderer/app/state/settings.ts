import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Settings, SettingsChange } from '../../../shared/contract/settings.ts'
import { sentence } from '../../ui/sentence.ts'
import { host, onEvent, onOpen } from '../transport/connection.ts'

/** What is set for all runs of the home. */
export const useSettings = defineStore('settings', () => {
  const current = shallowRef<Settings>()
  /** Why they cannot be read, or a change of them was not taken. */
  const problem = shallowRef<string>()

  async function take(answer: Promise<Settings>) {
    try {
      current.value = await answer
      problem.value = undefined
    } catch (error) {
      problem.value = sentence(error)
    }
  }

  onOpen(() => void take(host.readSettings()))
  onEvent('settingsChanged', (settings) => (current.value = settings))
  return { current, problem, change: (change: SettingsChange) => take(host.changeSettings(change)) }
})
