/** What a layer gives and costs, for one image. */
export interface LayerCost {
  /** The path of the layer, e.g. `stage1_block1_conv1`. */
  readonly layer: string
  readonly class: string
  /** Without the batch. */
  readonly outputShape: readonly number[]
  readonly parameters: number
  /** Multiplications with an addition each, of the forward pass of convolutions and dense layers. */
  readonly multiplyAdds: number
  /** Elements of the output that the backward pass needs. */
  readonly activations: number
}

export interface ModelCost {
  readonly layers: readonly LayerCost[]
  /** Weights that are or could be trained; not the moving statistics of batch norm. */
  readonly parameters: number
  /** Those that are not frozen. */
  readonly trainable: number
  /** All numbers that a checkpoint of the model holds. */
  readonly weights: number
  readonly multiplyAdds: number
  readonly activations: number
}

/** Bytes of a training step, as an estimate from below: what the kernels take for themselves meanwhile comes on top. */
export interface TrainingMemory {
  readonly weights: number
  /** Of the optimizer: velocities, moments, moving averages. */
  readonly optimizer: number
  readonly gradients: number
  /** What the backward pass needs of a batch. */
  readonly activations: number
  readonly batchSize: number
  readonly total: number
}

/** A network as a recipe describes it. */
export interface ModelDescription extends ModelCost {
  readonly name: string
  /** Height, width, channels. */
  readonly inputShape: readonly [number, number, number]
  readonly classes: number
  readonly memory: TrainingMemory
}
