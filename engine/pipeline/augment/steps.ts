import { colourJitter } from './colour-jitter.ts'
import { flips } from './flips.ts'
import { policy } from './policy.ts'
import { randomErasing } from './random-erasing.ts'
import { randomShift } from './random-shift.ts'
import { ATTEMPTS } from './random-window.ts'
import type { Augmentation, Chunk, Step, StepContext } from './step.ts'

/** Where the random numbers of a crop are among those of a sample. */
export const cropPlaces = { area: 0, aspect: ATTEMPTS, top: 2 * ATTEMPTS, left: 2 * ATTEMPTS + 1 } as const

/**
 * What is done to a scaled crop, in this order. `first` is the place of a step's first random number among those of a
 * sample. Places are part of what a seed means: a new step begins at the end of the last. A shift has those of a crop,
 * with which it never comes together.
 */
export const augmentations: readonly { readonly step: Augmentation; readonly first: number }[] = [
  { step: randomShift, first: cropPlaces.top },
  { step: flips, first: 22 },
  { step: policy, first: 28 },
  { step: colourJitter, first: 24 },
  { step: randomErasing, first: 49 },
]

/** A step of a transform, and the places of its random numbers. */
export interface PlacedStep {
  readonly step: Step
  readonly first: number
  /** Behind the last. */
  readonly end: number
}

/** The steps of a recipe. Adds to the graph the functions that they call. */
export const stepsOf = (context: StepContext): PlacedStep[] =>
  augmentations.flatMap(({ step: { numbers, stepOf }, first }) => {
    const step = stepOf(context)
    return step ? [{ step, first, end: first + numbers }] : []
  })

/** The same samples, whose places are counted from one on. */
export const chunkFrom = (chunk: Chunk, first: number): Chunk => ({
  ...chunk,
  number: (place) => chunk.number(first + place),
  numbers: (place, count) => chunk.numbers(first + place, count),
})
