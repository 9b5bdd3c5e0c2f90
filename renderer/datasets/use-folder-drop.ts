import { onScopeDispose } from 'vue'
import type { Router } from 'vue-router'
import { useAddDataset } from './use-add-dataset.ts'

/** A folder dropped anywhere on the page is added as a dataset. */
export function useFolderDrop(router: Router): void {
  const { addDropped } = useAddDataset(router)
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  }
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    void addDropped(event.dataTransfer.files)
  }
  addEventListener('dragover', over)
  addEventListener('drop', drop)
  onScopeDispose(() => {
    removeEventListener('dragover', over)
    removeEventListener('drop', drop)
  })
}
