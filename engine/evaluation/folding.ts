import { foldNorms, type FoldedNorms } from '../models/index.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { buildLogits, type LogitsParts } from './logits.ts'
import { probeImages } from './probe-images.ts'

/** What folding the batch norms of a network into its convolutions changes. */
export interface Folding {
  /** The largest difference of a logit, of the largest logit; NaN where a logit is no number. */
  readonly difference: number
  /** Absent where that is too much: the network is then to be taken as it is. */
  readonly folded?: FoldedNorms
}

/** So much of the largest logit may change. */
const MOST_CHANGE = 1e-5

/** Images that the two networks are compared on. */
const PROBES = 4

/**
 * Folds the batch norms of a network into its convolutions, and compares the logits of both on images that are always
 * the same, so that whoever asks the same network is answered by the same one of both.
 * @param session holds the network's weights
 * @returns undefined where there is nothing to fold, and where the network isn't computed in float32
 */
export async function foldedNetwork(
  g: GraphBuilder,
  session: Session,
  parts: Omit<LogitsParts, 'images' | 'folded'>,
): Promise<Folding | undefined> {
  const { model, variables, recipe } = parts
  if (recipe.precision.amp !== 'off' || model.quantization !== 'off') return undefined
  const folded = foldNorms(g, model, variables)
  if (!folded) return undefined
  using probes = probeImages(recipe, PROBES)
  const images = g.placeholder('uint8', probes.shape)
  const fetches = [buildLogits(g, { ...parts, images }), buildLogits(g, { ...parts, images, folded })]
  await session.run({ targets: folded.assigns })
  const [plain, changed] = await session.run({ feeds: [[images, probes]], fetches })
  using before = plain!
  using after = changed!
  const difference = largestChange(before.data<'float32'>(), after.data<'float32'>())
  return { difference, ...(difference <= MOST_CHANGE && { folded }) }
}

/** Of the largest value. Two networks that give nothing but zeroes are the same. */
function largestChange(before: Float32Array, after: Float32Array): number {
  const most = (values: Float32Array) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  const change = most(before.map((value, i) => after[i]! - value))
  return change === 0 ? 0 : change / most(before)
}
