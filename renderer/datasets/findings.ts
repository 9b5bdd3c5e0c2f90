import type { DatasetReport } from '../../shared/contract/trainer.ts'
import { formatAmount, formatCount } from '../format.ts'

/** From this ratio of the largest class to the smallest on, the imbalance is told. */
const TOLD_IMBALANCE = 3

/** What a person should know of a dataset before training on it: a sentence each. */
export function findings({ classes, splits, unreadable }: DatasetReport): string[] {
  return [unreadableFiles(unreadable.length), ...emptyClasses(classes, splits), imbalance(classes, splits.train.perClass), chance(classes)].filter((text) => text !== undefined)
}

function unreadableFiles(count: number): string | undefined {
  return count === 0 ? undefined : `${formatAmount(count, 'file')} cannot be read and ${count === 1 ? 'is' : 'are'} left out.`
}

function emptyClasses(classes: readonly string[], splits: DatasetReport['splits']): string[] {
  const without = (split: 'train' | 'val') => classes.filter((_, label) => !splits[split].perClass[label])
  return [
    ...without('train').map((name) => `${name} has no training image: the network cannot learn it.`),
    ...without('val').map((name) => `${name} has no validation image: its accuracy cannot be measured.`),
  ]
}

function imbalance(classes: readonly string[], perClass: readonly number[]): string | undefined {
  const counts = perClass.map((count, label) => ({ count, name: classes[label] })).filter(({ count }) => count > 0)
  const [largest, smallest] = [Math.max(...counts.map(({ count }) => count)), Math.min(...counts.map(({ count }) => count))]
  if (counts.length === 0 || largest < TOLD_IMBALANCE * smallest) return undefined
  const nameOf = (wanted: number) => counts.find(({ count }) => count === wanted)?.name
  return `The classes are uneven: ${nameOf(largest)} has ${formatCount(largest)} training images, ${nameOf(smallest)} ${formatCount(smallest)}.`
}

function chance(classes: readonly string[]): string | undefined {
  return classes.length === 1 ? 'There is only one class: nothing can be told apart.' : undefined
}
