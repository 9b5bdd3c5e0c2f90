/** A sample as training sees it in an epoch, and as evaluation sees it; row-major, a byte a channel. */
export interface PreviewedSample {
  readonly index: number
  readonly label: number
  /** By itself. */
  readonly augmented: Uint8Array
  /** Of the augmented and the mixed image. */
  readonly height: number
  readonly width: number
  readonly channels: number
  /** As evaluation sees it, a square of its own size. */
  readonly original?: Uint8Array
  /** Where the recipe mixes batches; absent for a sample that this epoch leaves out. */
  readonly mixed?: PreviewedMix
}

/** What training makes of a sample and its partner in the batch. */
export interface PreviewedMix {
  /** Sample index. */
  readonly partner: number
  readonly partnerLabel: number
  /** Pasted (CutMix) or blended in (mixup). */
  readonly pasted: boolean
  /** Of the sample's own label, 0 to 1, before label smoothing; the rest is the partner's. */
  readonly share: number
  readonly pixels: Uint8Array
}
