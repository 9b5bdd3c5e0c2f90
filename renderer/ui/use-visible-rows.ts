import { computed, shallowRef, type ShallowRef } from 'vue'
import { useSize } from './use-size.ts'

/** Rows drawn above and below those in sight. */
const spare = 12

/** Of a long list of rows of one height, those in sight of the element that scrolls them, with the height left out around them. */
export function useVisibleRows<Row>(
  scroller: Readonly<ShallowRef<HTMLElement | null>>,
  list: () => readonly Row[],
  rowHeight: number,
) {
  const size = useSize(scroller)
  const scrolled = shallowRef(0)
  const count = computed(() => list().length)
  const first = computed(() => Math.max(0, Math.min(Math.floor(scrolled.value / rowHeight) - spare, count.value - 1)))
  const end = computed(() => Math.min(count.value, Math.ceil((scrolled.value + size.value.height) / rowHeight) + spare))
  return {
    /** That of the element's inside. */
    size,
    /** The place of the first one in sight. */
    first,
    visible: computed(() => list().slice(first.value, end.value)),
    above: computed(() => first.value * rowHeight),
    below: computed(() => Math.max(0, (count.value - end.value) * rowHeight)),
    onScroll: (event: Event) => (scrolled.value = (event.currentTarget as HTMLElement).scrollTop),
  }
}
