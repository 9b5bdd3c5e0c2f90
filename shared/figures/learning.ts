/** Which samples are right at each of some checkpoints, the earliest first. */
export interface RightAt {
  readonly samples: number
  readonly checkpoints: number
  /** uint8 [samples, checkpoints]: 1 where the first guess is the label, else 0 */
  readonly right: Uint8Array
}

/** What a checkpoint changes against the one before it; to the first one, all samples were wrong before. */
export interface CheckpointChange {
  readonly right: number
  /** Wrong before, right now. */
  readonly learned: number
  /** Right before, wrong now. */
  readonly forgotten: number
}

/** How samples are learned and forgotten (Toneva et al., "An Empirical Study of Example Forgetting", ICLR 2019). */
export interface Learning {
  readonly checkpoints: readonly CheckpointChange[]
  /** Samples that stay right from when they were learned; that were forgotten once at least; that were never right. */
  readonly kept: number
  readonly forgotten: number
  readonly neverLearned: number
  /** int32 [samples]: the place of the first checkpoint that has it right; -1 where none has */
  readonly learnedAt: Int32Array
  /** int32 [samples]: at how many checkpoints it turns from right to wrong */
  readonly timesForgotten: Int32Array
}

/** Follows each sample over the checkpoints. */
export function followLearning({ samples, checkpoints, right }: RightAt): Learning {
  const learnedAt = new Int32Array(samples).fill(-1)
  const timesForgotten = new Int32Array(samples)
  const changes = Array.from({ length: checkpoints }, () => ({ right: 0, learned: 0, forgotten: 0 }))
  for (let i = 0; i < samples; i++) {
    let before = 0
    for (let c = 0; c < checkpoints; c++) {
      const now = right[i * checkpoints + c]!
      const change = changes[c]!
      change.right += now
      if (now > before) change.learned += 1
      if (now < before) {
        change.forgotten += 1
        timesForgotten[i]! += 1
      }
      if (now && learnedAt[i]! < 0) learnedAt[i] = c
      before = now
    }
  }
  const forgotten = timesForgotten.reduce((sum, times) => sum + Number(times > 0), 0)
  const neverLearned = learnedAt.reduce((sum, place) => sum + Number(place < 0), 0)
  const kept = samples - forgotten - neverLearned
  return { checkpoints: changes, kept, forgotten, neverLearned, learnedAt, timesForgotten }
}

/** The recall of a class over the checkpoints. */
export interface RecallOverTime {
  readonly samples: number
  /** At each checkpoint, 0 to 1; empty where the class has no samples. */
  readonly recalls: readonly number[]
}

/** The recall of each class at each checkpoint. @param labels int32 [samples] */
export function recallsOverTime(
  { samples, checkpoints, right }: RightAt,
  labels: Int32Array,
  classes: number,
): RecallOverTime[] {
  const hits = new Int32Array(classes * checkpoints)
  const supports = new Int32Array(classes)
  for (let i = 0; i < samples; i++) {
    const label = labels[i]!
    supports[label]! += 1
    for (let c = 0; c < checkpoints; c++) hits[label * checkpoints + c]! += right[i * checkpoints + c]!
  }
  return Array.from(supports, (support, label) => ({
    samples: support,
    recalls:
      support === 0
        ? []
        : Array.from(hits.subarray(label * checkpoints, (label + 1) * checkpoints), (count) => count / support),
  }))
}
