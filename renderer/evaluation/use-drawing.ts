import { onScopeDispose, watch, type WatchSource } from 'vue'
import type { Size } from '../ui/use-size.ts'

/** Draws on a canvas again when what it shows has changed: at most once a frame. */
export function useDrawing(draw: () => void, sources: WatchSource[], { immediate = false } = {}): void {
  let frame = 0
  const ask = () =>
    (frame ||= requestAnimationFrame(() => {
      frame = 0
      draw()
    }))
  watch(sources, ask, { flush: 'post', immediate })
  onScopeDispose(() => cancelAnimationFrame(frame))
}

/** A canvas as large as its room, empty, whose lengths are CSS pixels; nothing where there is no room. */
export function emptied(
  canvas: HTMLCanvasElement | null,
  { width, height }: Size,
): CanvasRenderingContext2D | undefined {
  const context = canvas?.getContext('2d')
  if (!canvas || !context || width < 1 || height < 1) return undefined
  const scale = devicePixelRatio
  // A new size empties it, the same one too.
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) })
  context.setTransform(scale, 0, 0, scale, 0, 0)
  return context
}
