/** What is likely wrong with the labels of the images of an evaluation. */
export interface LabelErrorsReport {
  readonly images: number
  /** Images for which the network gave no numbers: their labels are not judged. */
  readonly withoutScore: number
  /** The likeliest to be wrong first. */
  readonly candidates: readonly LabelErrorCandidate[]
  /** In the order of the classes, those without images too. */
  readonly classes: readonly {
    readonly name: string
    readonly images: number
    readonly candidates: number
  }[]
}

export interface LabelErrorCandidate {
  /** The file, relative to the dataset's folder. */
  readonly path: string
  /** Of TFRecords: the byte at which the sample's record begins. */
  readonly record?: number
  readonly label: string
  /** The class that the network takes it for. */
  readonly suggestion: string
  /** 0 to 1, how likely the network takes the label to be: the lower, the likelier it is wrong. */
  readonly score: number
}

export interface LabelErrorsRequest {
  /** Those of the evaluations that are judged together, absolute; of the same classes. */
  readonly folders: readonly string[]
}
