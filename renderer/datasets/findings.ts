import type { DatasetReport, Duplicates } from '../../shared/contract/trainer.ts'
import { formatAmount, formatCount } from '../ui/format.ts'

/** From this ratio of the largest class to the smallest on, the imbalance is told. */
const TOLD_IMBALANCE = 3

/** What a person should know of a dataset before training on it: a sentence each. */
export function findings({ classes, splits, problem, unreadable, warnings, details }: DatasetReport): string[] {
  const doubles = details
    ? [
        ...duplicates('identical images', details.exactDuplicates),
        ...duplicates('images that look alike', details.nearDuplicates),
      ]
    : []
  return [
    problem ?? unreadableFiles(unreadable.length),
    ...warnings,
    imbalance(classes, splits.train.perClass),
    ...doubles,
  ].filter((text) => text !== undefined)
}

/** Duplicates within a class of a split do little harm: they are listed, not warned of. */
function duplicates(what: string, { acrossSplits, acrossClasses }: Duplicates): string[] {
  const lie = (count: number) => `${formatAmount(count, 'group')} of ${what} ${count === 1 ? 'lies' : 'lie'}`
  const have = (count: number) => `${formatAmount(count, 'group')} of ${what} ${count === 1 ? 'has' : 'have'}`
  return [
    ...(acrossSplits > 0 ? [`${lie(acrossSplits)} in several splits: what is measured there is too good.`] : []),
    ...(acrossClasses > 0 ? [`${have(acrossClasses)} different classes: some of them are labelled wrongly.`] : []),
  ]
}

function unreadableFiles(count: number): string | undefined {
  return count === 0
    ? undefined
    : `${formatAmount(count, 'file')} cannot be read and ${count === 1 ? 'is' : 'are'} left out.`
}

function imbalance(classes: readonly string[], perClass: readonly number[]): string | undefined {
  const counts = perClass.map((count, label) => ({ count, name: classes[label] })).filter(({ count }) => count > 0)
  const [largest, smallest] = [
    Math.max(...counts.map(({ count }) => count)),
    Math.min(...counts.map(({ count }) => count)),
  ]
  if (counts.length === 0 || largest < TOLD_IMBALANCE * smallest) return undefined
  const nameOf = (wanted: number) => counts.find(({ count }) => count === wanted)?.name
  return `The classes are uneven: ${nameOf(largest)} has ${formatCount(largest)} training images, ${nameOf(smallest)} ${formatCount(smallest)}.`
}
