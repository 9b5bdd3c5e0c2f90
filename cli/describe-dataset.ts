import type { DatasetDetails, DatasetReport, Duplicates, Spread } from '../shared/contract/trainer.ts'
import { counted, shortPath } from './format.ts'
import { paint, section } from './text.ts'

/** Things that are named on a terminal; `--json` names all. */
const NAMED = 20
const NAMED_GROUPS = 5

/** What a check found, for a terminal. */
export function describeDataset({ root, classes, splits, problem, unreadable, details }: DatasetReport): string {
  const rows = classes.map((name, i) => [
    name,
    String(splits.train.perClass[i] ?? 0),
    String(splits.val.perClass[i] ?? 0),
  ])
  const total = ['all', String(splits.train.images), String(splits.val.images)]
  const parts = [section(shortPath(root), [['class', 'train', 'val'], ...rows, total], [1, 2])]
  if (details) parts.push(describeImages(details))
  if (details && details.exactDuplicates.groups > 0)
    parts.push(describeDuplicates('have copies with the same bytes', details.exactDuplicates))
  if (details && details.nearDuplicates.groups > 0)
    parts.push(describeDuplicates('look almost like others', details.nearDuplicates))
  if (unreadable.length > 0) parts.push(describeUnreadable(unreadable))
  if (problem !== undefined) parts.push(paint('red', problem))
  return parts.join('\n\n')
}

function describeImages({ kind, heldOut, widths, heights, modes, imbalance, mean, std }: DatasetDetails): string {
  const figures = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(', ')
  return section('images', [
    ['layout', kind],
    ...(heldOut
      ? [
          [
            'split',
            `none of its own: ${100 * heldOut.validationShare} % of each class are held out with seed ${heldOut.splitSeed}, as the default recipe does it`,
          ],
        ]
      : []),
    ['width', spread(widths)],
    ['height', spread(heights)],
    ['files', modes.map(({ name, images }) => `${images} ${name}`).join(', ')],
    [
      'balance',
      imbalance.ratio === 1
        ? 'all classes have the same number of training images'
        : `${imbalance.largest} has ${imbalance.ratio.toFixed(1)} times the training images of ${imbalance.smallest}`,
    ],
    ['mean', `${figures(mean)}  (red, green, blue, 0-255)`],
    ['std', figures(std)],
  ])
}

const spread = ({ least, median, most }: Spread) =>
  least === most ? `${least} px` : `${least} to ${most} px, half below ${median}`

function describeDuplicates(
  what: string,
  { groups, images, acrossSplits, acrossClasses, examples }: Duplicates,
): string {
  const notes = [
    ...(acrossSplits > 0
      ? [
          [
            `${counted(acrossSplits, 'group')} ${acrossSplits === 1 ? 'lies' : 'lie'} in train and val: what is measured there is too good`,
          ],
        ]
      : []),
    ...(acrossClasses > 0
      ? [[`${counted(acrossClasses, 'group')} ${acrossClasses === 1 ? 'has' : 'have'} different labels`]]
      : []),
  ]
  const shown = examples.slice(0, NAMED_GROUPS).map((group) => [
    group
      .slice(0, 4)
      .map(({ file, split }) => `${file} (${split})`)
      .join('  =  ') + (group.length > 4 ? '  ...' : ''),
  ])
  const more = groups > shown.length ? [[`... ${groups - shown.length} more groups`]] : []
  return section(`${counted(images, 'image')} in ${counted(groups, 'group')} ${what}`, [...notes, ...shown, ...more])
}

/** A file's name may hold what a terminal would obey. */
const printable = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')

function describeUnreadable(unreadable: DatasetReport['unreadable']): string {
  const rows = unreadable.slice(0, NAMED).map(({ file, reason }) => [printable(file), reason])
  const more = unreadable.length > NAMED ? [['...', `${unreadable.length - NAMED} more; --json names all`]] : []
  return section(`${counted(unreadable.length, 'image')} cannot be read and will be left out`, [...rows, ...more])
}
