import { onBeforeUnmount, onMounted, watch, type ShallowRef } from 'vue'
import type { Size } from '../ui/use-size.ts'
import { init, type ChartOption, type EChartsType } from './echarts.ts'

/**
 * Draws an option on a canvas in an element, again whenever it or the size changes: at most once a frame, and
 * only while it can be seen.
 */
export function useEcharts(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  size: Readonly<ShallowRef<Size>>,
  option: () => ChartOption,
): void {
  let chart: EChartsType | undefined
  let frame = 0
  let inSight = false
  const sight = new IntersectionObserver(([entry]) => {
    inSight = entry!.isIntersecting
    if (inSight) ask()
  })

  function draw() {
    frame = 0
    const { width, height } = size.value
    if (!element.value || !inSight || width < 1 || height < 1) return
    chart ??= init(element.value, null, { renderer: 'canvas', width, height })
    if (chart.getWidth() !== width || chart.getHeight() !== height) chart.resize({ width, height })
    chart.setOption(option(), {
      notMerge: false,
      replaceMerge: ['series', 'parallelAxis', 'xAxis'],
      lazyUpdate: false,
      silent: true,
    })
  }

  const ask = () => (frame ||= requestAnimationFrame(draw))
  watch([size, option], ask, { immediate: true })
  onMounted(() => sight.observe(element.value!))
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame)
    sight.disconnect()
    chart?.dispose()
  })
}
