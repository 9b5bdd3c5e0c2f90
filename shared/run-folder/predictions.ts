/** The likeliest classes that are kept of each sample. */
export const GUESSES = 5

/**
 * The columns of `predictions.arrow`, a row a sample in the order of the split's index. Classes are told by their
 * position; where the network gave no number for a sample (NaN), its guesses are -1 and its figures NaN.
 */
export function predictionColumns(classes: number, inRecords: boolean) {
  const guesses = Math.min(GUESSES, classes)
  return {
    /** The file that holds the sample, relative to the dataset's folder. */
    path: 'text',
    /** Where samples lie in files with others: the byte at which its record begins. */
    ...(inRecords && { record: 'float64' as const }),
    label: 'int32',
    /** The likeliest first, and how likely each is, 0 to 1. */
    guesses: ['int32', guesses],
    probabilities: ['float32', guesses],
    /** How likely the network takes the label to be, 0 to 1. */
    label_probability: 'float32',
    /** Cross-entropy against the label, in nats. */
    loss: 'float32',
    /** Of the probabilities of all classes, in nats: 0 to ln(classes). */
    entropy: 'float32',
  } as const
}

/** The column of `logits.arrow`: what the network gave for each class, in the order of the classes. */
export const logitColumns = (classes: number) => ({ logits: ['float32', classes] }) as const

/** The column of `features.arrow`: what the network's last dense layer makes the logits of. */
export const featureColumns = (width: number) => ({ features: ['float32', width] }) as const

/** Numbers that are kept without being asked for: 200 MB of logits, which is ImageNet's validation images. */
export const MOST_LOGITS = 50e6

/** The same at every evaluation of training, which is written again and again: 20 MB of logits. */
const MOST_VALIDATION_LOGITS = 5e6

/** Whether training keeps the logits of its validation images. */
export const keepsValidationLogits = (images: number, classes: number): boolean =>
  images * classes <= MOST_VALIDATION_LOGITS
