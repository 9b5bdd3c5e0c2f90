import type { PreviewedMix } from '../../../shared/contract/preview.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import { Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import { mixBatch, partnerOf } from '../augment/mixing.ts'
import { toBytes } from '../augment/pixels.ts'
import { shuffled } from '../order.ts'
import { epochFacts } from '../pipeline.ts'

/** Where a sample is in an epoch of training, and with whom it is mixed. */
export interface Place {
  /** Batches before its own, from the start of training. */
  readonly step: number
  readonly partner: number
  /** How many times the partner came in this epoch before. */
  readonly partnerRepeat: number
}

type Parts = Pick<Recipe, 'data' | 'augment' | 'optimizer' | 'run'>

/**
 * The place of each sample in an epoch, the first where it comes several times: computed from the same order as
 * training's. `undefined` for one that the epoch leaves out.
 */
export async function placesInEpoch(
  count: number,
  { data, augment, optimizer, run }: Parts,
  epoch: number,
  samples: readonly number[],
): Promise<(Place | undefined)[]> {
  const { samplesPerEpoch, stepsPerEpoch } = epochFacts(count, {
    batchSize: data.batchSize,
    accumulate: optimizer.accumulate,
  })
  if (samplesPerEpoch === 0) return samples.map(() => undefined)
  const order = await orderOf(count, samplesPerEpoch, run.seed, augment.repeats, epoch)
  const wanted = new Set(samples)
  const first = new Map<number, number>()
  order.forEach((sample, position) => wanted.has(sample) && !first.has(sample) && first.set(sample, position))
  return samples.map((sample) => {
    const position = first.get(sample)
    if (position === undefined) return undefined
    const batch = Math.floor(position / data.batchSize)
    const partnerPosition = batch * data.batchSize + partnerOf(position % data.batchSize, data.batchSize)
    return {
      step: epoch * stepsPerEpoch + batch,
      partner: order[partnerPosition]!,
      partnerRepeat: partnerPosition % augment.repeats,
    }
  })
}

async function orderOf(
  count: number,
  perEpoch: number,
  seed: number,
  repeats: number,
  epoch: number,
): Promise<Int32Array> {
  using g = new GraphBuilder()
  const long = (value: number) => g.constant(value, 'int64')
  const positions = g.op('Range', [long(epoch * perEpoch), long((epoch + 1) * perEpoch), long(1)])
  const { samples } = shuffled(count, perEpoch, seed, repeats)(g, positions)
  using session = new Session(g.graph, { optimise: false })
  const [fetched] = await session.run({ fetches: [g.op('Cast', [samples], { DstT: 'int32' })] })
  using tensor = fetched!
  return tensor.data<'int32'>()
}

/** Pixels of one image, uint8 [size, size, channels], with its label. */
export interface Labelled {
  readonly pixels: Uint8Array
  readonly label: number
}

/** Mixes two images as the batch of a step mixes them. */
export type MixTwo = (
  image: Labelled,
  partner: Labelled,
  step: number,
) => Promise<Pick<PreviewedMix, 'pasted' | 'share' | 'pixels'>>

/** Adds to `g` training's own mixing, of a batch of two, and gives what runs it. Mixing pixels before normalisation or after is the same, as both are linear. */
export function buildMixTwo(
  g: GraphBuilder,
  { data, augment, run }: Parts,
  size: number,
  classes: number,
): (session: Session) => MixTwo {
  const shape = [2, size, size, data.channels]
  const images = g.placeholder('uint8', shape)
  const labels = g.placeholder('int32', [2])
  const step = g.placeholder('int64', [])
  const mixed = mixBatch(g, g.op('Cast', [images], { DstT: 'float32' }), labels, step, {
    augment,
    seed: run.seed,
    classes,
  })
  const first = (x: Output) => g.op('GatherV2', [x, g.constant(0, 'int32'), g.constant(0, 'int32')])
  const fetches = [toBytes(g, first(mixed.pixels)), mixed.share, g.op('Cast', [mixed.pasted], { DstT: 'int32' })]
  return (session) => async (image, partner, at) => {
    using pixels = Tensor.from('uint8', shape, Buffer.concat([image.pixels, partner.pixels]))
    using both = Tensor.from('int32', [2], Int32Array.of(image.label, partner.label))
    using step64 = Tensor.scalar('int64', at)
    const feeds = [
      [images, pixels],
      [labels, both],
      [step, step64],
    ] as const
    const [result, share, pasted] = (await session.run({ feeds, fetches })).map((tensor) => {
      using t = tensor
      return t.data()
    })
    return { pixels: result as Uint8Array, share: Number(share![0]), pasted: pasted![0] === 1 }
  }
}
