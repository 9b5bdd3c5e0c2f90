import type { EvaluatedSample } from '../../shared/contract/evaluations.ts'
import type { Correction } from '../../shared/run-folder/corrections.ts'

/** What is decided of a label: a class, by its name in the dataset, or in words. */
export type Decision = { readonly label: string } | 'right' | 'exclude' | 'undecided'

/**
 * What is to be kept of a decision.
 * @param label the class that the sample has here
 */
export function correctionOf(
  { path, record }: Pick<EvaluatedSample, 'path' | 'record'>,
  label: string,
  decision: Decision,
  earlier?: Correction,
): Correction {
  // A run that was trained on corrected labels shows those: the files still have the label of before.
  const given = earlier?.decision === 'label' && earlier.label === label ? earlier.given : label
  const sample = { path, ...(record !== undefined && { record }), given }
  return typeof decision === 'string'
    ? { ...sample, decision }
    : { ...sample, decision: 'label', label: decision.label }
}

/** In a word or two. */
export function decisionText(correction: Correction, shown: (className: string) => string): string {
  if (correction.decision === 'label') return `→ ${shown(correction.label)}`
  return { right: 'label right', exclude: 'left out', undecided: 'undecided' }[correction.decision]
}
