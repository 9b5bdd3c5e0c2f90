import { shallowRef, type ShallowRef } from 'vue'

/** Where the pointer is on the common axis of charts that show it together; undefined when over none. */
export interface Crosshair {
  readonly x: ShallowRef<number | undefined>
}

export const newCrosshair = (): Crosshair => ({ x: shallowRef<number>() })
