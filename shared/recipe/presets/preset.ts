import type { PartialRecipe } from '../schema.ts'

/** A named recipe, as its differences from the default. */
export interface Preset {
  readonly name: string
  readonly title: string
  readonly source: string
  /** The accuracy that its source reports, with the dataset it was measured on. */
  readonly reported?: string
  readonly recipe: PartialRecipe
}
