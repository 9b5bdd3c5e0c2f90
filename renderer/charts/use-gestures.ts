import { shallowRef, type Ref } from 'vue'
import { dragged, panned, zoomed, type DrawnAxis, type Window } from './window.ts'

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

type Point = readonly [x: number, y: number]

interface Axes {
  readonly x: DrawnAxis
  readonly y: DrawnAxis
}

/**
 * The gestures of a chart: drag zooms, Shift-drag pans, Alt-wheel zooms, double click resets; the plain wheel is
 * left to the page. Keys do the same: + and -, arrows, and 0 or Escape.
 */
export function useGestures(window: Ref<Window>, axes: () => Axes) {
  const { selection, handlers } = useDrag(window, axes)
  const reset = () => void (window.value = {})

  function zoom([px, py]: Point, factor: number) {
    const { x, y } = axes()
    window.value = { x: zoomed(x, px, factor), y: window.value.y && zoomed(y, py, factor) }
  }

  function wheel(event: WheelEvent) {
    if (!event.altKey) return
    event.preventDefault()
    zoom(pointOf(event), 1.2 ** Math.sign(event.deltaY))
  }

  function pan(share: number) {
    const { x } = axes()
    if (window.value.x) window.value = { ...window.value, x: panned(x, share * (x.end - x.start)) }
  }

  function key(event: KeyboardEvent) {
    const { x } = axes()
    const middle = [(x.start + x.end) / 2, 0] as const
    const actions: Readonly<Record<string, () => void>> = {
      '+': () => zoom(middle, 0.8),
      '=': () => zoom(middle, 0.8),
      '-': () => zoom(middle, 1.25),
      ArrowLeft: () => pan(0.1),
      ArrowRight: () => pan(-0.1),
      0: reset,
      Escape: reset,
    }
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined
    if (!action) return
    action()
    event.preventDefault()
  }

  return { selection, handlers: { ...handlers, wheel, keydown: key, dblclick: reset }, reset }
}

/** The part that needs a pressed button. */
function useDrag(window: Ref<Window>, axes: () => Axes) {
  const selection = shallowRef<Box>()
  let start: { point: Point; pan: boolean; axes: Axes } | undefined

  function down(event: PointerEvent) {
    if (event.button !== 0) return
    start = { point: pointOf(event), pan: event.shiftKey, axes: axes() }
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
  }

  function move(event: PointerEvent) {
    if (!start) return
    const point = pointOf(event)
    if (start.pan)
      window.value = {
        x: panned(start.axes.x, point[0] - start.point[0]),
        y: panned(start.axes.y, point[1] - start.point[1]),
      }
    else selection.value = boxBetween(start.point, point, start.axes, window.value)
  }

  function up(event: PointerEvent) {
    if (start && !start.pan) {
      const { x, y } = start.axes
      window.value =
        dragged(x, y, clamped(start.point, start.axes), clamped(pointOf(event), start.axes), window.value) ??
        window.value
    }
    cancel()
  }

  function cancel() {
    start = undefined
    selection.value = undefined
  }

  return { selection, handlers: { pointerdown: down, pointermove: move, pointerup: up, pointercancel: cancel } }
}

/** Relative to the element that listens. */
function pointOf(event: MouseEvent): Point {
  const { left, top } = (event.currentTarget as Element).getBoundingClientRect()
  return [event.clientX - left, event.clientY - top]
}

function clamped([px, py]: Point, { x, y }: Axes): Point {
  return [Math.min(Math.max(px, x.start), x.end), Math.min(Math.max(py, y.end), y.start)]
}

/** What a drag would zoom to, as a box: over the whole height or width where that direction stays as it is. */
function boxBetween(from: Point, to: Point, axes: Axes, old: Window): Box | undefined {
  const [a, b] = [clamped(from, axes), clamped(to, axes)]
  const { x, y } = axes
  const wanted = dragged(x, y, a, b, old)
  if (!wanted) return undefined
  const [left, right] = wanted.x === old.x ? [x.start, x.end] : [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
  const [top, bottom] = wanted.y === old.y ? [y.end, y.start] : [Math.min(a[1], b[1]), Math.max(a[1], b[1])]
  return { left, top, width: right - left, height: bottom - top }
}
