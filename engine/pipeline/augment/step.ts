import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import type { Component } from '../../tensorflow/graph/tf-data.ts'
import type { ImageSizes } from './geometry.ts'

/** The samples of a chunk, a row each. */
export interface Chunk extends ImageSizes {
  /** int64 [n]. */
  readonly samples: Output
  /** Height and width of what comes out: float64 [n], px. */
  readonly sizes: Output
  /** float64 [n]: the random number of each sample at a place, in [0, 1). A step counts places from its own first. */
  number(place: number): Output
  /** float64 [n, count]: those from a place on. */
  numbers(place: number, count: number): Output
}

/**
 * One thing that is done to the pixels of a sample. The random figures of a whole chunk are computed together,
 * then used sample by sample.
 */
export interface Step {
  /** What {@link draw} gives, without its first axis. */
  readonly figures: readonly Component[]
  draw(f: GraphBuilder, chunk: Chunk): Output[]
  /** uint8 [size, size, channels] to the same; the figures are those of this one sample. */
  apply(f: GraphBuilder, pixels: Output, figures: readonly Output[]): Output
}

/** What a step is made for. */
export interface StepContext {
  /** Takes the functions that steps call. */
  readonly g: GraphBuilder
  readonly augment: Recipe['augment']
  readonly data: Pick<Recipe['data'], 'channels' | 'mean'>
  /** Height and width of a sample, px; `null` where they differ between epochs. */
  readonly size: number | null
}

/** A kind of step. */
export interface Augmentation {
  /** Random numbers that it has of every sample. */
  readonly numbers: number
  /** Nothing where the recipe leaves it out. */
  readonly stepOf: (context: StepContext) => Step | undefined
}
