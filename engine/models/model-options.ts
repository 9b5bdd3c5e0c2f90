import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Quantization } from './model.ts'

/** What a network is made from. */
export interface ModelOptions extends Readonly<Recipe['model']> {
  /** Height and width of the input in pixels. */
  readonly imageSize: number
  readonly channels: number
  readonly classes: number
  /** Decides the first weights. */
  readonly seed: number
  /** `off` when absent. */
  readonly quantization?: Quantization
}
