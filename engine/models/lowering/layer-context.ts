import { ModelError } from '../../../shared/errors.ts'
import type { PartialShape } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'
import type { ComputeType } from './precision.ts'

/** What a layer has to be lowered with. */
export interface LayerContext {
  readonly g: GraphBuilder
  /** The layer's class and path, for errors. */
  readonly layer: { readonly type: string; readonly name: string }
  /** The layer's configuration, as `getConfig` gives it. */
  readonly options: Readonly<Record<string, unknown>>
  readonly training: boolean
  /** None of the layer's variables is trained. */
  readonly frozen: boolean
  /** Open may be the batch, the first size, and the height and width of images that grow in training. */
  readonly inputShapes: readonly PartialShape[]
  /** The value of a weight, by the layer's own name for it: float32, or in the type of another value. */
  weight(name: string, like?: Output): Output
  /** A value in another float type; the same cast is made once. */
  cast(value: Output, dtype: ComputeType): Output
  /** The resource handle of a weight. */
  handle(name: string): Output
  /** Takes what adds an operation that has to run with every training step that is not skipped. */
  update(addOperation: () => Operation): void
  /** int32 scalar: the number of images in the batch. Does not depend on a weight. */
  batchSize(): Output
  /** int64 [2], the seed of a stateless random op: another one for every random layer, step and recipe seed. */
  randomSeed(): Output
}

/** Adds a layer to a graph. Throws `ModelError` for options that have no counterpart there. */
export type LowerLayer = (context: LayerContext, inputs: readonly Output[]) => Output

/** The error for an option that cannot be lowered; `instead` completes "use ...". */
export function refused({ layer }: Pick<LayerContext, 'layer'>, option: string, instead: string): ModelError {
  return new ModelError(
    `Layer "${layer.name}" (${layer.type}) has ${option}, which cannot be lowered to a TensorFlow graph; use ${instead}.`,
  )
}

/** The options of a layer by the type that tf.layers gives them. */
export const optionsOf = <T>({ options }: LayerContext): T => options as T

/** A number in the type of another value. TensorFlow folds the cast. */
export function numberLike(g: GraphBuilder, value: number, like: Output): Output {
  const dtype = g.dtypeOf(like)
  return dtype === 'float32' ? g.constant(value) : g.op('Cast', [g.constant(value)], { DstT: dtype })
}

/** int32 constant of one axis. */
export const ints = (g: GraphBuilder, values: readonly number[]): Output => g.constant(values, 'int32', [values.length])

/**
 * Reshapes every sample of the batch to a shape. Throws `ModelError` where a size is open, as those of images are that grow
 * in training.
 */
export function reshapeSamples(context: LayerContext, x: Output, shape: PartialShape): Output {
  return context.g.op('Reshape', [x, ints(context.g, [-1, ...shape.map((size) => knownSize(context, size))])])
}

/** The number of elements of a shape. Throws `ModelError` where a size is open. */
export const sizeOf = (context: LayerContext, shape: PartialShape): number =>
  shape.reduce<number>((product, size) => product * knownSize(context, size), 1)

/** A size that has to be known before the graph runs. Throws `ModelError` for one that is open. */
export function knownSize(context: LayerContext, size: number | null | undefined): number {
  if (typeof size === 'number') return size
  throw refused(
    context,
    'an input whose size changes in training',
    'global pooling before it, or a data.startImageSize of 0',
  )
}
