import { shallowRef } from 'vue'
import type { Router } from 'vue-router'
import type { RecordKeys } from '../../shared/run-folder/record-keys.ts'
import { nativeWindow } from '../app/transport/native-window.ts'
import { sentence } from '../ui/sentence.ts'
import { goUnlessLeft } from '../app/go-unless-left.ts'
import { useDatasets } from '../app/state/datasets.ts'

/** Shared by the field, the dialog and what is dropped. */
const adding = shallowRef(false)
const problem = shallowRef<string>()

export function useAddDataset(router: Router) {
  const datasets = useDatasets()

  /** Adds a folder and shows it; `false` with `problem` set where it cannot be. */
  async function add(root: string, records?: RecordKeys): Promise<boolean> {
    adding.value = true
    // The first dataset may be shown by itself meanwhile.
    const go = goUnlessLeft(router, (path) => path.startsWith('/datasets'))
    try {
      const { name } = await datasets.add(root, records)
      problem.value = undefined
      await go(`/datasets/${encodeURIComponent(name)}`)
      return true
    } catch (error) {
      problem.value = sentence(error)
      return false
    } finally {
      adding.value = false
    }
  }

  /** Adds dropped folders one after the other. */
  async function addDropped(files: readonly File[]) {
    await router.push('/datasets')
    if (!nativeWindow) problem.value = 'A browser does not tell where a dropped folder is: type its path.'
    else for (const file of files) if (!(await add(nativeWindow.pathOfDropped(file)))) return
  }

  return { add, addDropped, adding, problem }
}
