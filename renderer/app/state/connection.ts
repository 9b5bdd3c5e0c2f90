import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Welcome } from '../../../shared/contract/workbench.ts'
import { connectionState, host, onOpen } from '../transport/connection.ts'

/** How the page stands with its host. */
export const useConnection = defineStore('connection', () => {
  const welcome = shallowRef<Welcome>()
  onOpen(
    () =>
      void host.welcome().then(
        (answer) => (welcome.value = answer),
        () => undefined,
      ),
  )
  return { state: connectionState, welcome }
})
