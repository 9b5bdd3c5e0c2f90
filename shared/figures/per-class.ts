import { wilson, type Interval } from './intervals.ts'
import type { Confusion } from './confusion.ts'

/** What the guesses are worth for a class. A figure that would divide by 0 is absent. */
export interface ClassFigures {
  /** Samples with the label, samples it was guessed for, and those that are both. */
  readonly support: number
  readonly guessed: number
  readonly hits: number
  /** The share of right ones among its guesses, 0 to 1, and its 95 % interval; absent where it was never guessed. */
  readonly precision?: number
  readonly precisionInterval?: Interval
  /** The share of its samples that were found, 0 to 1, and its 95 % interval; absent where it has no samples. */
  readonly recall?: number
  readonly recallInterval?: Interval
  /** The harmonic mean of both, 2 hits / (support + guessed), 0 to 1; absent where it has neither samples nor guesses. */
  readonly f1?: number
}

/** The figures of each class. */
export function classFigures({ classes, labelled, guessed, hits }: Confusion): ClassFigures[] {
  return Array.from({ length: classes }, (_, i) => figuresOf(labelled[i]!, guessed[i]!, hits[i]!))
}

const figuresOf = (support: number, guessed: number, hits: number): ClassFigures => ({
  support,
  guessed,
  hits,
  ...(guessed > 0 && { precision: hits / guessed, precisionInterval: wilson(hits, guessed)! }),
  ...(support > 0 && { recall: hits / support, recallInterval: wilson(hits, support)! }),
  ...(support + guessed > 0 && { f1: (2 * hits) / (support + guessed) }),
})

/** Means over classes, 0 to 1. */
export interface MeanFigures {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** What the guesses are worth altogether. */
export interface OverallFigures {
  readonly samples: number
  /** Samples without a guess, which are wrong. */
  readonly withoutGuess: number
  /** The share of right first guesses, 0 to 1, and its 95 % interval. */
  readonly accuracy: number
  readonly accuracyInterval: Interval
  /** Over the classes that are a label or a guess of a sample; a figure that would divide by 0 is 0, as scikit-learn's. */
  readonly macro: MeanFigures
  /** The same, each class by its number of samples. */
  readonly weighted: MeanFigures
  /** The mean recall of the classes that have samples (Brodersen et al. 2010), 0 to 1. */
  readonly balancedAccuracy: number
  /** Cohen's kappa (1960), -1 to 1; absent where labels and guesses are all of one class. */
  readonly kappa?: number
  /**
   * Matthews's correlation for any number of classes (Gorodkin, "Comparing two K-category assignments by a K-category
   * correlation coefficient", 2004), -1 to 1; absent where the labels or the guesses are all of one class
   * (scikit-learn says 0 there).
   */
  readonly matthews?: number
}

/** What the figures over all classes are made of. */
export type ConfusionCounts = Pick<
  Confusion,
  'classes' | 'samples' | 'right' | 'withoutGuess' | 'labelled' | 'guessed' | 'hits'
>

/** The figures over all classes. Samples without a guess are to kappa and Matthews as if guessed to be of a class of their own. */
export function overallFigures(confusion: ConfusionCounts): OverallFigures {
  const { samples, right, withoutGuess } = confusion
  const kappa = cohensKappa(confusion)
  const matthews = matthewsCorrelation(confusion)
  return {
    samples,
    withoutGuess,
    accuracy: right / samples,
    accuracyInterval: wilson(right, samples)!,
    macro: weightedMeans(confusion, (i) => (confusion.labelled[i]! + confusion.guessed[i]! > 0 ? 1 : 0)),
    weighted: weightedMeans(confusion, (i) => confusion.labelled[i]!),
    balancedAccuracy: weightedMeans(confusion, (i) => (confusion.labelled[i]! > 0 ? 1 : 0)).recall,
    ...(kappa !== undefined && { kappa }),
    ...(matthews !== undefined && { matthews }),
  }
}

function weightedMeans(
  { classes, labelled, guessed, hits }: ConfusionCounts,
  weightOf: (index: number) => number,
): MeanFigures {
  let [precision, recall, f1, weights] = [0, 0, 0, 0]
  for (let i = 0; i < classes; i++) {
    const weight = weightOf(i)
    weights += weight
    if (hits[i] === 0) continue
    precision += (weight * hits[i]!) / guessed[i]!
    recall += (weight * hits[i]!) / labelled[i]!
    f1 += (weight * 2 * hits[i]!) / (labelled[i]! + guessed[i]!)
  }
  return { precision: precision / weights, recall: recall / weights, f1: f1 / weights }
}

/** The sum of the products of two columns. */
function dot(a: Int32Array, b: Int32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function cohensKappa({ samples, right, labelled, guessed }: ConfusionCounts): number | undefined {
  const byChance = dot(labelled, guessed)
  const whole = samples ** 2
  return byChance === whole ? undefined : (right * samples - byChance) / (whole - byChance)
}

function matthewsCorrelation({ samples, right, withoutGuess, labelled, guessed }: ConfusionCounts): number | undefined {
  const ofLabels = samples ** 2 - dot(labelled, labelled)
  const ofGuesses = samples ** 2 - dot(guessed, guessed) - withoutGuess ** 2
  if (ofLabels === 0 || ofGuesses === 0) return undefined
  return (right * samples - dot(labelled, guessed)) / (Math.sqrt(ofLabels) * Math.sqrt(ofGuesses))
}
