import type { Recipe } from '../../shared/recipe/schema.ts'
import { DatasetError } from '../../shared/errors.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { evaluationTransform, trainingTransform } from './augment/transforms.ts'
import { mixBatch, mixes } from './augment/mixing.ts'
import type { PixelCache } from './cache/pixel-cache.ts'
import { explainFailure } from './explain-failure.ts'
import { inOrder, shuffled } from './order.ts'
import { sampleStream, type SampleStreamOptions } from './sample-stream.ts'
import type { SplitIndex } from '../dataset/index.ts'

/** Batches of a split, made in TensorFlow's threads while the graph computes. */
export interface Pipeline {
  /** uint8 [batch, size, size, channels]. */
  readonly images: Output
  /** int32 [batch]. */
  readonly labels: Output
  /** int64 [batch], positions in the split's index. */
  readonly indices: Output
  /** float64 scalar: the seconds that the batch was waited for. */
  readonly dataWait: Output
  readonly samplesPerEpoch: number
  readonly stepsPerEpoch: number
  /**
   * Of training, where batches are mixed: normalised pixels, float32 [batch, size, size, channels], and int32
   * [batch] labels to mixed pixels and their targets, float32 [batch, classes]; `step` is an int64 scalar, the
   * batches before. On the device.
   */
  readonly mix?: (pixels: Output, labels: Output, step: Output) => { pixels: Output; targets: Output }
  /** Begins the stream, or begins it anew, after this many samples. A batch that is fetched past its end fails with `OUT_OF_RANGE`. */
  start(session: Session, position: number): Promise<void>
  /** The error itself; or where it is an image of this pipeline that cannot be read any more, a `DatasetError` that names it. */
  explain(error: unknown): Promise<unknown>
}

export interface EvaluationPipelineOptions {
  readonly root: string
  readonly batchSize: number
  readonly data: Pick<Recipe['data'], 'imageSize' | 'evaluationResize' | 'resample' | 'channels'> &
    Partial<Pick<Recipe['data'], 'evaluationSize'>>
  /** Files read and decoded at once; one a core without. What comes out does not depend on it. */
  readonly parallelCalls?: number
}

type TrainingData = EvaluationPipelineOptions['data'] & Pick<Recipe['data'], 'mean' | 'startImageSize' | 'resizeEpochs'>

export interface TrainingPipelineOptions extends Omit<EvaluationPipelineOptions, 'data'> {
  readonly data: TrainingData
  readonly seed: number
  readonly classes: number
  /** In place of the files, where the recipe has one; it must outlive the session. */
  readonly cache?: PixelCache | undefined
  /** Batches of an optimizer step: an epoch has a multiple of them. 1 without. */
  readonly accumulate?: number
  readonly augment: Recipe['augment']
}

/** An endless stream of whole batches: shuffled anew every epoch, randomly transformed. Throws `DatasetError` where there is not one whole batch. */
export function trainingPipeline(g: GraphBuilder, split: SplitIndex, options: TrainingPipelineOptions): Pipeline {
  const { root, batchSize, data, augment, seed, parallelCalls, classes, cache } = options
  const facts = epochFacts(split.count, options)
  if (facts.stepsPerEpoch === 0) throw new DatasetError(tooFew(split, options))
  const pipeline = g.withName('training_images', () =>
    onCpu(g, split, facts, () => ({
      root,
      batchSize,
      parallelCalls,
      cache,
      channels: data.channels,
      order: shuffled(split.count, facts.samplesPerEpoch, seed, augment.repeats),
      transform: trainingTransform(g, data, augment, seed),
      dropRemainder: true,
    })),
  )
  if (!mixes(augment)) return pipeline
  return { ...pipeline, mix: (pixels, labels, step) => mixBatch(g, pixels, labels, step, { augment, seed, classes }) }
}

/** How an epoch of training is cut into batches. Its steps are batches. */
export function epochFacts(
  count: number,
  { batchSize, accumulate = 1 }: { readonly batchSize: number; readonly accumulate?: number },
): Facts {
  const stepsPerEpoch = accumulate * Math.floor(count / (batchSize * accumulate))
  return { samplesPerEpoch: stepsPerEpoch * batchSize, stepsPerEpoch }
}

function tooFew({ count, split }: SplitIndex, { root, batchSize, accumulate = 1 }: TrainingPipelineOptions): string {
  if (accumulate === 1)
    return `A batch has ${batchSize} images, but ${root} has only ${count} in ${split}: lower data.batchSize to ${count} or less.`
  return `An optimizer step takes ${accumulate} batches of ${batchSize} images, but ${root} has only ${count} in ${split}: lower data.batchSize or optimizer.accumulate.`
}

/** Every image once, in the order of the index, by the evaluation transform; the last batch may be smaller. */
export function evaluationPipeline(
  g: GraphBuilder,
  split: SplitIndex,
  { root, batchSize, data, parallelCalls }: EvaluationPipelineOptions,
): Pipeline {
  const facts = { samplesPerEpoch: split.count, stepsPerEpoch: Math.ceil(split.count / batchSize) }
  return g.withName('evaluation_images', () =>
    onCpu(g, split, facts, () => ({
      root,
      batchSize,
      parallelCalls,
      channels: data.channels,
      order: inOrder,
      transform: evaluationTransform(data),
      dropRemainder: false,
      end: split.count,
    })),
  )
}

type Facts = Pick<Pipeline, 'samplesPerEpoch' | 'stepsPerEpoch'>

/** Images are read and decoded on the CPU, whatever else the graph runs on. */
function onCpu(g: GraphBuilder, split: SplitIndex, facts: Facts, options: () => SampleStreamOptions): Pipeline {
  return g.withDevice('/device:CPU:0', () => {
    const chosen = options()
    const stream = sampleStream(g, split, chosen)
    const { next, waited } = stream.iterator
    return {
      ...facts,
      images: next.output(0),
      labels: next.output(1),
      indices: next.output(2),
      dataWait: waited,
      start: (session, position) => stream.start(session, position),
      explain: (error) => explainFailure(error, next.name, chosen.root, split),
    }
  })
}
