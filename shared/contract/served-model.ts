import { z } from 'zod'
import { MOST_CLASSES } from '../class-names.ts'
import type { Recipe } from '../recipe/schema.ts'

export const layouts = ['nhwc', 'nchw'] as const
export const channelOrders = ['grey', 'rgb', 'bgr'] as const
export const outputKinds = ['logits', 'probabilities'] as const
export const resamples = ['bilinear', 'bilinear-antialias', 'bicubic-antialias'] as const satisfies readonly Resample[]

type Resample = Recipe['data']['resample']

const name = z.string().min(1).max(1000)
const pixels = z.int().min(1).max(65_536)

/** What is told of a SavedModel: how it is called, what is done to its images before, and what its outputs mean. */
export const toldOfModel = z.strictObject({
  /** By name; the one for serving without. */
  signature: name.exactOptional(),
  /** By name, where there are several. */
  input: name.exactOptional(),
  output: name.exactOptional(),
  layout: z.enum(layouts).exactOptional(),
  channels: z.enum(channelOrders).exactOptional(),
  /** Height and width of the input. */
  imageSize: pixels.exactOptional(),
  /** The short side of an image is scaled to this before the centre crop. */
  resize: pixels.exactOptional(),
  resample: z.enum(resamples).exactOptional(),
  /** The input is (pixel - mean) / std, pixels from 0 to 255: one number, or one a channel in the order of the model's channels. */
  mean: z.array(z.number()).min(1).max(3).readonly().exactOptional(),
  std: z.array(z.number().positive()).min(1).max(3).readonly().exactOptional(),
  outputs: z.enum(outputKinds).exactOptional(),
  /** In the order of the outputs. */
  classes: z.array(name).min(2).max(MOST_CLASSES).readonly().exactOptional(),
  /** Images at once. */
  batchSize: pixels.exactOptional(),
})
export type ToldOfModel = z.output<typeof toldOfModel>
