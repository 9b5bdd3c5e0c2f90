import { formatAmount, formatCount } from '../format-number.ts'
import type { ImageChanges } from './evaluations.ts'

/** What of the images of an evaluation is otherwise than when they were evaluated: a sentence or two; nothing where nothing is, or it is not known. */
export function changesText({ gone, relabelled, added, altered }: ImageChanges = unchanged): string | undefined {
  const told = [
    ...(gone > 0 ? [`${formatAmount(gone, 'image')} gone`] : []),
    ...(relabelled > 0 ? [`${formatCount(relabelled)} with another class`] : []),
    ...(added > 0 ? [`${formatCount(added)} new`] : []),
    ...(altered ? ['images with other content under the same names'] : []),
  ]
  return told.length > 0
    ? `The dataset has changed since: ${told.join(', ')}. The figures are those of before.`
    : undefined
}

const unchanged = { gone: 0, relabelled: 0, added: 0, altered: false }
