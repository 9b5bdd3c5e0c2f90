import type { OpenedEvaluation } from '../../shared/contract/evaluations.ts'
import { NO_GUESS } from '../../shared/figures/index.ts'
import { formatPercent } from '../ui/format.ts'

/** What the network took a sample for, and how sure it was. */
export function guessText(
  { guesses, confidences }: Pick<OpenedEvaluation, 'guesses' | 'confidences'>,
  row: number,
  nameOf: (label: number) => string,
): string {
  const guess = guesses[row]!
  return guess === NO_GUESS ? 'no guess' : `${nameOf(guess)} ${formatPercent(confidences[row]!)}`
}
