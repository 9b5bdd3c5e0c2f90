import { z } from 'zod'
import { augment } from './schema/augment.ts'
import { data } from './schema/data.ts'
import { loss } from './schema/loss.ts'
import { model } from './schema/model.ts'
import { optimizer } from './schema/optimizer.ts'
import { precision } from './schema/precision.ts'
import { run } from './schema/run.ts'
import { schedule } from './schema/schedule.ts'

export type { KeyHelp } from './schema/key.ts'
export { architectures, type Architecture } from './architectures.ts'

/** The whole recipe: every figure that affects a result. Parsing fills in the defaults, which are the 90-epoch recipe of NVIDIA's ResNet-50 v1.5 but for its padding. */
export const recipeSchema = z.strictObject({
  model: model.prefault({}),
  data: data.prefault({}),
  augment: augment.prefault({}),
  optimizer: optimizer.prefault({}),
  schedule: schedule.prefault({}),
  loss: loss.prefault({}),
  precision: precision.prefault({}),
  run: run.prefault({}),
})

export type Recipe = z.output<typeof recipeSchema>
/** A part of a recipe: only what differs. */
export type PartialRecipe = z.input<typeof recipeSchema>
