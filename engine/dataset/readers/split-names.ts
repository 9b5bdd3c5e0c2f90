import type { Split } from '../../../shared/recipe/split.ts'

/** What people call the parts of a dataset, the usual first. */
const words: Readonly<Record<Split, readonly string[]>> = {
  train: ['train', 'training', 'trn', 'trainval'],
  val: ['val', 'validation', 'valid', 'dev', 'devel', 'holdout', 'eval', 'evaluation'],
  test: ['test', 'testing', 'tst'],
}
const splitOfWord: ReadonlyMap<string, Split> = new Map(
  (Object.keys(words) as Split[]).flatMap((split) => words[split].map((word) => [word, split] as const)),
)
/** What may stand beside such a word and says nothing. */
const fillers: ReadonlySet<string> = new Set([
  ...['image', 'images', 'img', 'imgs', 'set', 'data', 'dataset', 'split', 'folder', 'pictures', 'photos', 'samples'],
])

/** Whether a name says that there are images in it, and no more. */
export const isFiller = (name: string): boolean => fillers.has(name.toLowerCase())

/** Folders of what was noted of images, beside that of the images themselves. */
const notesOnImages: ReadonlySet<string> = new Set([
  ...['annotation', 'annotations', 'label', 'labels', 'mask', 'masks', 'segmentation', 'segmentations', 'trimaps'],
  ...['bbox', 'bboxes', 'gt', 'groundtruth', 'ground_truth', 'xml', 'xmls'],
])

/** Whether a folder holds what was noted of the images in another one beside it, such as `masks` beside `images`. */
export const isBesideImages = (name: string, siblings: readonly string[]): boolean =>
  notesOnImages.has(name.toLowerCase()) && siblings.some(isFiller)

/** Whether a folder is called as one part of many of the same: `images_001`, `part_2`, `fold3`. */
export const isNumberedPart = (name: string): boolean =>
  /(^|[^a-z])(parts?|folds?|batch|chunk|shard|images?|imgs?)[^a-z\d]*\d+$/i.test(name)

/** A name that says which part of a dataset it is. */
export interface SplitName {
  readonly name: string
  readonly split: Split
  /** What else is in the name, in lower case: `seg` of `seg_train`. */
  readonly rest: string
  /** Place of its word in the list of words. */
  readonly rank: number
}

/**
 * Reads a name such as `Training`, `train_images`, `valset` or `seg_test`; upper case counts as lower.
 * @returns nothing for a name without exactly one such word
 */
export function splitNameOf(name: string): SplitName | undefined {
  const parts = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+|(?<=[a-z])(?=\d)/)
    .flatMap((part) => /^(train|training|val|valid|test)(set|data|images?|imgs?)$/.exec(part)?.slice(1) ?? part)
    .filter((part) => part !== '')
    .join(' ')
    .replace(/\btrain val\b/, 'trainval')
    .split(' ')
  const found = parts.filter((part) => splitOfWord.has(part))
  const [word] = found
  if (word === undefined || found.length > 1) return undefined
  const split = splitOfWord.get(word)!
  const rest = parts.filter((part) => part !== word && !fillers.has(part)).join(' ')
  return { name, split, rest, rank: words[split].indexOf(word) }
}

/** Which split a word such as `valid` means; `undefined` for none. */
export const splitOfText = (text: string): Split | undefined => splitOfWord.get(text.trim().toLowerCase())

/**
 * The names that belong together as the parts of a dataset: those beside the training part whose names differ from
 * its own in the word alone, else those that are no more than a word.
 * @returns the name of each part that is there; nothing where none is to be trained on
 */
export function chooseSplits(names: readonly string[]): Partial<Record<Split, string>> | undefined {
  const found = names.flatMap((name) => splitNameOf(name) ?? [])
  const best = (split: Split, rests: readonly string[]) =>
    rests
      .flatMap((rest) =>
        found
          .filter((one) => one.split === split && one.rest === rest)
          .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length),
      )
      .at(0)
  const trains = found.filter(({ split }) => split === 'train').map(({ rest }) => rest)
  // A word alone needs no partner; with more in its name, such as "seg", it could be a class that is called so.
  const rest = trains.includes('')
    ? ''
    : trains.find((one) => found.some(({ split, rest }) => split !== 'train' && rest === one))
  if (rest === undefined) return undefined
  const [train, val, test] = [best('train', [rest]), best('val', [rest, '']), best('test', [rest, ''])]
  return {
    train: train!.name,
    ...(val && { val: val.name }),
    ...(test && { test: test.name }),
  }
}
