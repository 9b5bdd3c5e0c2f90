import type { Recipe } from '../recipe/schema.ts'

export const layouts = ['nhwc', 'nchw'] as const
export const channelOrders = ['grey', 'rgb', 'bgr'] as const
export const outputKinds = ['logits', 'probabilities'] as const
export const resamples = ['bilinear', 'bilinear-antialias', 'bicubic-antialias'] as const satisfies readonly Resample[]

type Resample = Recipe['data']['resample']

/** What is told of a SavedModel: how it is called, what is done to its images before, and what its outputs mean. */
export interface ToldOfModel {
  /** By name; the one for serving without. */
  readonly signature?: string
  /** By name, where there are several. */
  readonly input?: string
  readonly output?: string
  readonly layout?: (typeof layouts)[number]
  readonly channels?: (typeof channelOrders)[number]
  /** Height and width of the input. */
  readonly imageSize?: number
  /** The short side of an image is scaled to this before the centre crop. */
  readonly resize?: number
  readonly resample?: Resample
  /** The input is (pixel - mean) / std, pixels from 0 to 255: one number, or one a channel in the order of the model's channels. */
  readonly mean?: readonly number[]
  readonly std?: readonly number[]
  readonly outputs?: (typeof outputKinds)[number]
  /** In the order of the outputs. */
  readonly classes?: readonly string[]
  /** Images at once. */
  readonly batchSize?: number
}
