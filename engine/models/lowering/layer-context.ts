import { ModelError } from '../../../shared/errors.ts'
import type { PartialShape } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'

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
  /** Only the batch, the first size, may be open. */
  readonly inputShapes: readonly PartialShape[]
  /** The value of a weight, by the layer's own name for it. */
  weight(name: string): Output
  /** The resource handle of a weight. */
  handle(name: string): Output
  /** An operation that has to run with every training step. */
  update(operation: Operation): void
  /** int32 scalar: the number of images in the batch. Does not depend on a weight. */
  batchSize(): Output
  /** int64 [2], the seed of a stateless random op: another one for every random layer, step and recipe seed. */
  randomSeed(): Output
}

/** Adds a layer to a graph. Throws `ModelError` for options that have no counterpart there. */
export type LowerLayer = (context: LayerContext, inputs: readonly Output[]) => Output

/** The error for an option that cannot be lowered; `instead` completes "use ...". */
export function refused({ layer }: Pick<LayerContext, 'layer'>, option: string, instead: string): ModelError {
  return new ModelError(`Layer "${layer.name}" (${layer.type}) has ${option}, which cannot be lowered to a TensorFlow graph; use ${instead}.`)
}

/** The options of a layer by the type that tf.layers gives them. */
export const optionsOf = <T>({ options }: LayerContext): T => options as T

/** int32 constant of one axis. */
export const ints = (g: GraphBuilder, values: readonly number[]): Output => g.constant(values, 'int32', [values.length])

/** Reshapes every sample of the batch to a shape. */
export const reshapeSamples = ({ g }: LayerContext, x: Output, shape: PartialShape): Output =>
  g.op('Reshape', [x, ints(g, [-1, ...shape.map((size) => size!)])])

/** The number of elements of a shape whose sizes are all known. */
export const sizeOf = (shape: PartialShape): number => shape.reduce<number>((product, size) => product * size!, 1)
