import type { DatasetListing } from '../../shared/contract/trainer.ts'
import { splits } from '../../shared/recipe/split.ts'
import { formatAmount, formatCount } from '../ui/format.ts'
import { splitTitle } from '../charts/metric.ts'
import { heldOutText } from './image-facts.ts'

/** What became of which part of a dataset's folder, in names and values. */
export function layoutFacts({ layout, splits: found, heldOut }: DatasetListing): [string, string][] {
  const parts = splits.flatMap((split): [string, string][] => {
    const { from, images } = found[split]
    if (from === undefined || (heldOut && split === 'val')) return []
    return [[capital(splitTitle(split)), `${formatAmount(images, 'image')}${from === '.' ? '' : ` from ${from}`}`]]
  })
  return [['Layout', layout], ...parts, ...(heldOut ? [['Validation', heldOutText(heldOut)] as [string, string]] : [])]
}

/** What is no part of it, and why. */
export const leftOutRows = ({
  leftOut,
  passedOver,
}: DatasetListing): { what: string; reason: string; title: string }[] => [
  ...leftOut.map(({ path, reason }) => ({ what: path, reason, title: path })),
  ...passedOver.map(({ what, reason, files, first }) => ({
    what: `${formatCount(files)} ${what}`,
    reason,
    title: `Such as ${first}`,
  })),
]

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
