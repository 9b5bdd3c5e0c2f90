/** How large everything is that is measured. */
export interface Sizes {
  /** `model.architecture` */
  readonly network: string
  /** Height and width, px. */
  readonly imageSize: number
  /** Images in a step. */
  readonly batch: number
  /** That are timed in each process, and those before them, in which TensorFlow and cuDNN choose their kernels. */
  readonly steps: number
  readonly warmup: number
  /** Seconds for which the input pipeline is timed. */
  readonly seconds: number
  /** How often the batch is doubled in search of the largest, at most. */
  readonly doublings: number
}

/** For a GPU of a data centre. */
export const large: Sizes = {
  network: 'resnet50',
  imageSize: 224,
  batch: 256,
  steps: 30,
  warmup: 10,
  seconds: 5,
  doublings: 6,
}

/** Shows on any CPU that everything runs; its figures say nothing about a GPU. */
export const small: Sizes = { ...large, imageSize: 32, batch: 8, steps: 3, warmup: 2, seconds: 1, doublings: 2 }

export const CLASSES = 1000
