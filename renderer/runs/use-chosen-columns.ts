import { computed, shallowRef, type Ref } from 'vue'
import { keep, readKept } from '../ui/kept.ts'
import type { Column } from '../parts/runs/column.ts'

const KEPT = 'anneal.runColumns'

/** Which of the columns are shown. What was chosen otherwise than it is by itself is kept for the next visit. */
export function useChosenColumns(all: Ref<readonly Column[]>) {
  const turned = shallowRef<ReadonlySet<string>>(new Set(readTurned()))
  const columns = computed(() => all.value.filter(({ id, further = false }) => further === turned.value.has(id)))

  function toggle(id: string) {
    const next = new Set(turned.value)
    if (!next.delete(id)) next.add(id)
    turned.value = next
    keep(KEPT, [...next])
  }

  return { columns, shownIds: computed(() => new Set(columns.value.map(({ id }) => id))), toggle }
}

function readTurned(): string[] {
  const kept = readKept(KEPT)
  return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []
}
