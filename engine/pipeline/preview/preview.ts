import type { PreviewedMix, PreviewedSample } from '../../../shared/contract/preview.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { Session } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import { evaluationTransform, trainingTransform, type Transform } from '../augment/transforms.ts'
import { mixes } from '../augment/mixing.ts'
import { sizeInEpoch } from '../augment/progressive-size.ts'
import { cacheInMemory } from '../cache/open-cache.ts'
import type { PixelCache } from '../cache/pixel-cache.ts'
import { given, type Order } from '../order.ts'
import { buildMixTwo, placesInEpoch, type Labelled, type Place } from './preview-mix.ts'
import type { EvaluationPipelineOptions } from '../pipeline.ts'
import { sampleStream } from '../sample-stream.ts'
import { checkSamples, imagesIn, selectRows, type DatasetIndex, type SplitImages } from '../../dataset/index.ts'

export interface PreviewRequest {
  readonly index: DatasetIndex
  readonly recipe: Pick<Recipe, 'data' | 'augment' | 'optimizer' | 'run'>
  readonly split: Split
  /** From 0. */
  readonly epoch: number
  /** Sample indices. */
  readonly samples: readonly number[]
  /** Whether evaluation's view is wanted too; it is where absent. */
  readonly originals?: boolean | undefined
}

/** A sample as it is drawn in an epoch. */
interface Drawn {
  readonly sample: number
  /** How many times it came in this epoch before. */
  readonly repeat: number
}

/** Samples by the very functions that training and evaluation use, in the order asked for. Throws `UsageError` for one that does not exist. */
export async function previewSamples(request: PreviewRequest): Promise<PreviewedSample[]> {
  const { index, split, recipe, epoch, samples, originals = true } = request
  if (samples.length === 0) return []
  const { count, labels } = index.splits[split]
  checkSamples(index.splits[split], samples)
  const places = mixes(recipe.augment) ? await placesInEpoch(count, recipe, epoch, samples) : []
  const partners = places.flatMap((place) => (place ? [{ sample: place.partner, repeat: place.partnerRepeat }] : []))
  const own = samples.map((sample) => ({ sample, repeat: 0 }))
  const cache = await cacheOf(request, [...own, ...partners])
  using _cache = { [Symbol.dispose]: () => cache?.dispose() }
  using g = new GraphBuilder()
  const size = sizeInEpoch(recipe.data, epoch)
  const training = g.withDevice('/device:CPU:0', () => trainingViews(g, request, [...own, ...partners], cache))
  const evaluation = originals
    ? g.withDevice('/device:CPU:0', () => evaluationViews(g, imagesIn(index, split), recipe.data, samples))
    : undefined
  const buildMix = partners.length > 0 ? buildMixTwo(g, recipe, size, index.classes.length) : undefined
  using session = new Session(g.graph, { optimise: false })
  const [augmented, original = []] = await Promise.all([training(session), evaluation?.(session)])
  const labelled = augmented.map((pixels, i): Labelled => ({
    pixels,
    label: labels[i < own.length ? samples[i]! : partners[i - own.length]!.sample]!,
  }))
  const mixed = buildMix ? await mixAll(labelled, places, buildMix(session)) : []
  return samples.map((sample, i) => ({
    index: sample,
    label: labels[sample]!,
    augmented: augmented[i]!,
    ...(original[i] && { original: original[i] }),
    ...(mixed[i] && { mixed: mixed[i] }),
    height: size,
    width: size,
    channels: recipe.data.channels,
  }))
}

/** As training crops from cached pixels, so does the preview: from those of the images that it shows. */
async function cacheOf(
  { index, split, recipe }: PreviewRequest,
  drawn: readonly Drawn[],
): Promise<PixelCache | undefined> {
  if (recipe.data.cache === 'none') return undefined
  const shown = drawn.map(({ sample }) => sample)
  return cacheInMemory(selectRows(index.splits[split], shown), { root: index.root, data: recipe.data })
}

type Views = (session: Session) => Promise<Uint8Array[]>

function trainingViews(g: GraphBuilder, request: PreviewRequest, drawn: readonly Drawn[], cache?: PixelCache): Views {
  const { recipe, epoch } = request
  const samples = drawn.map(({ sample }) => sample)
  const draws = drawn.map(({ repeat }) => epoch * recipe.augment.repeats + repeat)
  return views(
    g,
    imagesIn(request.index, request.split),
    recipe.data,
    samples,
    trainingTransform(g, recipe.data, recipe.augment, recipe.run.seed),
    given(samples, epoch, draws),
    cache,
  )
}

/** Samples as evaluation sees them: uint8 [height, width, channels] of each, one size for all. */
export async function evaluatedPixels(
  images: SplitImages,
  data: EvaluationPipelineOptions['data'],
  samples: readonly number[],
): Promise<Uint8Array[]> {
  checkSamples(images.split, samples)
  using g = new GraphBuilder()
  const read = g.withDevice('/device:CPU:0', () => evaluationViews(g, images, data, samples))
  using session = new Session(g.graph, { optimise: false, gpus: false })
  return await read(session)
}

const evaluationViews = (
  g: GraphBuilder,
  images: SplitImages,
  data: EvaluationPipelineOptions['data'],
  samples: readonly number[],
) => views(g, images, data, samples, evaluationTransform(data), given(samples, 0))

/** The pixels of samples, an array each. */
function views(
  g: GraphBuilder,
  { root, split }: SplitImages,
  data: Pick<Recipe['data'], 'channels'>,
  samples: readonly number[],
  transform: Transform,
  order: Order,
  cache?: PixelCache,
): Views {
  // Only the rows that are shown: the others of a million files would be copied for nothing.
  const stream = sampleStream(g, selectRows(split, samples), {
    root,
    order,
    transform,
    cache,
    channels: data.channels,
    batchSize: samples.length,
    dropRemainder: false,
    end: samples.length,
  })
  return async (session) => {
    await stream.start(session, 0)
    const [fetched] = await session.run({ fetches: [stream.iterator.next.output(0)] })
    using tensor = fetched!
    const pixels = tensor.data<'uint8'>()
    const bytes = pixels.length / samples.length
    return samples.map((_, i) => pixels.slice(i * bytes, (i + 1) * bytes))
  }
}

/** @param images those of the samples, then the partners of those that have one */
async function mixAll(
  images: readonly Labelled[],
  places: readonly (Place | undefined)[],
  mix: ReturnType<ReturnType<typeof buildMixTwo>>,
): Promise<(PreviewedMix | undefined)[]> {
  let next = places.length
  return Promise.all(
    places.map(async (place, i) => {
      if (!place) return undefined
      const partner = images[next++]!
      return { partner: place.partner, partnerLabel: partner.label, ...(await mix(images[i]!, partner, place.step)) }
    }),
  )
}
