import type {
  DatasetDetails,
  DatasetListing,
  DatasetReport,
  Duplicates,
  PassedOver,
  Spread,
} from '../shared/contract/trainer.ts'
import { splits as allSplits } from '../shared/recipe/split.ts'
import { counted, shortPath } from './format.ts'
import { paint, section, wrap } from './text.ts'

/** Things that are named on a terminal; `--json` names all. */
const NAMED = 20
const NAMED_GROUPS = 5

/** What a dataset consists of, for a terminal. */
export function describeListing({
  root,
  classes,
  splits,
  leftOut,
  passedOver,
  warnings,
  ...how
}: DatasetListing): string {
  const shown = allSplits.filter((split) => split !== 'test' || splits.test.images > 0)
  const counts = (label: number) => shown.map((split) => String(splits[split].perClass[label] ?? 0))
  const rows = named(classes.map((name, label) => [printable(name), ...counts(label)]))
  const total = ['all', ...shown.map((split) => String(splits[split].images))]
  return [
    section(
      shortPath(root),
      [['class', ...shown], ...rows, total],
      shown.map((_, column) => column + 1),
    ),
    section('layout', layoutRows(splits, how)),
    ...(leftOut.length > 0
      ? [section('left out', named(leftOut.map(({ path, reason }) => [printable(path), reason])))]
      : []),
    ...describePassedOver(passedOver),
    ...warnings.map((warning) => paint('yellow', wrap(printable(warning), 78))),
  ].join('\n\n')
}

/** What in folders of images is not read, for a terminal; nothing where there is none. */
export function describePassedOver(passedOver: readonly PassedOver[]): string[] {
  if (passedOver.length === 0) return []
  const rows = passedOver.map(({ what, reason, files, first }) => [
    files === 1 && what === 'folders' ? '1 folder' : `${files} ${printable(what)}`,
    reason,
    files === 1 ? printable(first) : `such as ${printable(first)}`,
  ])
  return [section('passed over', named(rows))]
}

function layoutRows(
  splits: DatasetListing['splits'],
  { layout, heldOut }: Pick<DatasetListing, 'layout' | 'heldOut'>,
): string[][] {
  const rows = allSplits.flatMap((split) => {
    const { from, images } = splits[split]
    return from === undefined || (heldOut && split === 'val')
      ? []
      : [[split, `${from === '.' ? '' : `${printable(from)}, `}${counted(images, 'image')}`]]
  })
  if (!heldOut) return [['kind', layout], ...rows]
  const share = `${100 * heldOut.validationShare} % of each class are held out with seed ${heldOut.splitSeed}, as the default recipe does it`
  return [['kind', layout], ...rows, ['val', `none of its own: ${share}`]]
}

function named(rows: readonly string[][]): string[][] {
  const more = rows.length > NAMED ? [['...', `${rows.length - NAMED} more; --json names all`]] : []
  return [...rows.slice(0, NAMED), ...more]
}

/** What a check found, for a terminal. */
export function describeDataset({ problem, unreadable, details, ...listing }: DatasetReport): string {
  const parts = [describeListing(listing)]
  if (details) parts.push(describeImages(details))
  if (details && details.exactDuplicates.groups > 0)
    parts.push(describeDuplicates('have copies with the same bytes', details.exactDuplicates))
  if (details && details.nearDuplicates.groups > 0)
    parts.push(describeDuplicates('look almost like others', details.nearDuplicates))
  if (unreadable.length > 0) parts.push(describeUnreadable(unreadable))
  if (problem !== undefined) parts.push(paint('red', problem))
  return parts.join('\n\n')
}

function describeImages({ widths, heights, modes, turned, copied, imbalance, mean, std }: DatasetDetails): string {
  const figures = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(', ')
  return section('images', [
    ['width', spread(widths)],
    ['height', spread(heights)],
    ['files', modes.map(({ name, images }) => `${images} ${name}`).join(', ')],
    ...(turned > 0 ? [['turned', `${counted(turned, 'image')}, as EXIF notes their orientation`]] : []),
    ...(copied > 0
      ? [['copied', `${counted(copied, 'image')}, decoded by way of PNG or JPEG copies in the cache folder`]]
      : []),
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
            `${counted(acrossSplits, 'group')} ${acrossSplits === 1 ? 'lies' : 'lie'} in several splits: what is measured there is too good`,
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
  return section(
    `${counted(unreadable.length, 'image')} cannot be read and will be left out`,
    named(unreadable.map(({ file, reason }) => [printable(file), reason])),
  )
}
