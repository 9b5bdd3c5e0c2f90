import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue'

/** CSS pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The size of an element's inside in CSS pixels, followed. */
export function useSize(element: Readonly<ShallowRef<HTMLElement | null>>): Readonly<ShallowRef<Size>> {
  const size = shallowRef<Size>({ width: 0, height: 0 })
  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect
    size.value = { width, height }
  })
  onMounted(() => observer.observe(element.value!))
  onBeforeUnmount(() => observer.disconnect())
  return size
}
