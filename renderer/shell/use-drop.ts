import { onScopeDispose } from 'vue'
import type { Router } from 'vue-router'
import { useAddDataset } from '../datasets/use-add-dataset.ts'
import { usePictures } from '../evaluation/pictures.ts'

/** What is dropped anywhere on the page: pictures are shown to a network, a folder or a manifest is added as a dataset. */
export function useDrop(router: Router): void {
  const { addDropped } = useAddDataset(router)
  const pictures = usePictures()
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  }
  const drop = (event: DragEvent) => {
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    const dropped = files.filter(({ type }) => type.startsWith('image/'))
    const others = files.filter((file) => !dropped.includes(file))
    if (dropped.length > 0) {
      pictures.add(dropped)
      if (others.length === 0) void router.push('/evaluation/pictures')
    }
    if (others.length > 0) void addDropped(others)
  }
  addEventListener('dragover', over)
  addEventListener('drop', drop)
  onScopeDispose(() => {
    removeEventListener('dragover', over)
    removeEventListener('drop', drop)
  })
}
