import { DatasetError } from '../../shared/errors.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { fingerprint, turnedIn, type DatasetIndex, type SplitIndex } from '../dataset/index.ts'

type Kept = RunRecord['dataset']
type Content = Pick<Kept, 'classes' | 'images' | 'fingerprint' | 'turned'>

/** What a run remembers of its images. */
export const contentOf = ({ classes, splits }: DatasetIndex): Content => ({
  classes,
  images: { train: splits.train.count, val: splits.val.count },
  fingerprint: fingerprint(splits),
  turned: turnedIn(splits.train) + turnedIn(splits.val),
})

/** Whether they are those that the run was started with. */
export function areSameImages(index: DatasetIndex, before: Kept): boolean {
  const now = contentOf(index)
  return before.fingerprint === now.fingerprint && before.classes.join('\n') === now.classes.join('\n')
}

/**
 * Other images under the same positions would make it another run. Throws `DatasetError` that says what differs, as far
 * as the run remembers it.
 * @param otherwise what to do then: a clause
 */
export function checkSameImages(index: DatasetIndex, root: string, before: Kept, otherwise: string): void {
  if (areSameImages(index, before)) return
  const now = contentOf(index)
  throw new DatasetError(
    `The images in ${root} are not those that the run was started with: ${difference(before, now)}; ${otherwise}.`,
  )
}

/** What is to be told of a dataset that is recognised in another place than the run knows. */
export const movedNote = (root: string, before: Kept): string[] =>
  root === before.root
    ? []
    : [`The run's dataset ${before.name} is read from ${root} now, not from ${before.root}: its images are the same.`]

/** What is to be told where images that were named prove to be the run's own. */
export const ownNote = (root: string, { name, root: before }: Kept, part: string): string =>
  `The images in ${root} are those of the run's own dataset ${name}, which was in ${before}: they are split as the run split them, and its own ${part} images are measured.`

/** One sentence where a run was trained on pictures as their files hold them, and they are turned upright by now. */
export function turnedSince({ dataset }: Pick<RunRecord, 'dataset'>, splits: readonly SplitIndex[]): string[] {
  const turned = splits.reduce((sum, split) => sum + turnedIn(split), 0)
  return turned === 0 || dataset.turned !== undefined
    ? []
    : [
        `${turned === 1 ? 'One image is' : `${turned} images are`} turned upright as EXIF notes it, which was not done when this run was trained: its figures were without.`,
      ]
}

function difference(before: Content, now: Content): string {
  const missing = before.classes.filter((name) => !now.classes.includes(name))
  const added = now.classes.filter((name) => !before.classes.includes(name))
  const parts = [
    ...(missing.length > 0 ? [`${classes(missing)} missing`] : []),
    ...(added.length > 0 ? [`${classes(added)} new`] : []),
    ...(before.images && counts(before.images) !== counts(now.images!)
      ? [`there are ${counts(now.images!)}, where there were ${counts(before.images)}`]
      : []),
  ]
  if (parts.length > 0) return parts.join(', ')
  return before.images
    ? 'they are as many, but their names, sizes or labels differ'
    : 'their number, names, sizes or labels differ'
}

const counts = ({ train, val }: NonNullable<Content['images']>) => `${train} training and ${val} validation images`

function classes(names: readonly string[]): string {
  const rest = names.length - 1
  return `the class ${names[0]}${rest > 0 ? ` and ${rest} ${rest === 1 ? 'other' : 'others'} are` : ' is'}`
}
