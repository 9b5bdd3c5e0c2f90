import type { layers, serialization, Shape, Tensor } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'

/** A class of layers that tf.layers lacks. */
export type LayerClass<Options> = (new (options: Options) => layers.Layer) & { readonly className: string }

/**
 * Makes layers of a class of ours. The class is made with TensorFlow.js in hand, since that is loaded late, and once;
 * it is registered then, so that a model file may name it.
 */
export function customLayer<Options>(define: (tf: TensorFlowJs) => LayerClass<Options>): CustomLayer<Options> {
  let made: LayerClass<Options> | undefined
  const classOf = (tf: TensorFlowJs): LayerClass<Options> => {
    if (made) return made
    made = define(tf)
    tf.serialization.registerClass(made as unknown as serialization.SerializableConstructor<serialization.Serializable>)
    return made
  }
  return { register: classOf, create: (tf, options) => new (classOf(tf))(options) }
}

export interface CustomLayer<Options> {
  /** From then on tf.layers can read models that name the class. */
  register(tf: TensorFlowJs): unknown
  create(tf: TensorFlowJs, options: Options): layers.Layer
}

/** The options that every layer of tf.layers takes. */
export interface LayerArgs {
  readonly name?: string
}

/** tf.layers gives a layer of one input that input or a list of it. */
export const oneTensor = <T extends Tensor>(inputs: Tensor | Tensor[]): T =>
  (Array.isArray(inputs) ? inputs[0] : inputs) as T

/** The shape of that input. */
export const oneShape = (shapes: Shape | Shape[]): Shape => (Array.isArray(shapes[0]) ? shapes[0] : (shapes as Shape))
