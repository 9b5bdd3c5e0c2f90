import { computed, shallowRef, type Ref } from 'vue'

/** Rows drawn above and below those in sight. */
const spare = 12

/** Of a long list of rows of one height, those in sight of a scrolling element, with the height left out around them. */
export function useVisibleRows(count: Ref<number>, rowHeight: number, viewHeight: Ref<number>) {
  const scrolled = shallowRef(0)
  const first = computed(() => Math.max(0, Math.min(Math.floor(scrolled.value / rowHeight) - spare, count.value - 1)))
  const end = computed(() => Math.min(count.value, Math.ceil((scrolled.value + viewHeight.value) / rowHeight) + spare))
  return {
    first,
    end,
    above: computed(() => first.value * rowHeight),
    below: computed(() => Math.max(0, (count.value - end.value) * rowHeight)),
    onScroll: (event: Event) => (scrolled.value = (event.currentTarget as HTMLElement).scrollTop),
  }
}
