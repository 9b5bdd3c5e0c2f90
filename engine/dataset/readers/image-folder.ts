import type { LeftOut } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { splits as allSplits, type Split } from '../../../shared/recipe/split.ts'
import { imageExtensions } from '../image-kind.ts'
import { joined, textOf, type DiskPath } from './disk-path.ts'
import {
  DEAD_LINK,
  deadLinks,
  entriesOf,
  endingOf,
  isFolder,
  kindByName,
  reasonHidden,
  visibleFolders,
} from './entries.ts'
import { foldersOfImages, holdsImageItself, layoutOf } from './folder-layout.ts'
import { findLabelTable } from './label-table.ts'
import { Collector, splitsOf, type Listing, type ReaderOptions } from './listing.ts'
import { BESIDE_IMAGES, PassedOverCounter } from './passed-over.ts'
import { Sources } from './sources.ts'
import { NestedImages } from './nested-images.ts'
import { isFiller, isNumberedPart, splitNameOf } from './split-names.ts'
import { walkImages } from './walk-images.ts'

export { isImageFolder } from './folder-layout.ts'
export const imageFolderLayout =
  'an image folder holds train/<class>/<image> and val/<class>/<image>, or <class>/<image> alone'

/**
 * Lists a folder of the form `train|val|test/<class>/.../<image>`, or `<class>/.../<image>`, of which a share is held
 * out for validation: so it is too where there is a `train` folder and none to validate. What the folders may be
 * called, `chooseSplits` says. Images of a split that lie in no folder of a class take their labels from a table
 * beside them. Names that look the same are the same class: their Unicode is composed (NFC).
 * @param root absolute
 * @throws DatasetError for a folder of another form
 */
export async function readImageFolder(root: string, options: ReaderOptions): Promise<Listing> {
  const layout = await layoutOf(root)
  const work = new FolderListing(root, options)
  for (const split of allSplits) {
    const folder = layout.folders[split]
    if (folder !== undefined) await work.list(split, folder)
  }
  return work.listing(layout.isSplit, layout)
}

class FolderListing {
  readonly #images = new Collector()
  readonly #sources = new Sources()
  readonly #passedOver = new PassedOverCounter()
  readonly #leftOut: LeftOut[] = []
  readonly #notes: string[] = []
  readonly #names: Partial<Record<Split, string>> = {}
  readonly #counts = { train: 0, val: 0, test: 0 }
  /** Classes in the order in which they were met: their place is the label until all are known. */
  readonly #met = new Map<string, number>()
  readonly #empty = new Set<string>()
  readonly #nested = new NestedImages()

  constructor(
    private readonly root: string,
    private readonly options: ReaderOptions,
  ) {
    this.#sources.add(root)
  }

  async list(split: Split, folder: string): Promise<void> {
    const before = this.#images.length
    const place = folder === '' ? this.root : `${this.root}/${folder}`
    if (folder !== '') this.#sources.add(place)
    const flat = this.#folderOfImages(place)
    if (flat !== undefined) return this.#listFlat(split, `${folder}/${flat}`)
    const loose = await this.#listClasses(split, place, folder)
    const isFlat = loose.length > 0 && this.#images.length === before
    if (isFlat && folder !== '') return this.#listFlat(split, folder)
    for (const name of loose) this.#passedOver.add(endingOf(name), 'in no folder of a class', joined(folder, name))
    this.#listed(split, folder, before)
  }

  #listed(split: Split, folder: string, before: number): void {
    this.#counts[split] = this.#images.length - before
    if (this.#counts[split] > 0) this.#names[split] = folder === '' ? '.' : folder
  }

  /** The only folder of a split, where it holds its images and is called like no class: `val/images`, `test/test`. */
  #folderOfImages(place: string): string | undefined {
    const [only, ...others] = foldersOfImages(place)
    if (place === this.root || typeof only !== 'string' || others.length > 0) return undefined
    const isFlat = (isFiller(only) || splitNameOf(only) !== undefined) && !this.#met.has(only)
    return isFlat && visibleFolders(`${place}/${only}`).length === 0 ? only : undefined
  }

  /** @returns the images that lie in no folder of a class */
  async #listClasses(split: Split, place: string, folder: string): Promise<DiskPath[]> {
    const folders = foldersOfImages(place)
    const texts = new Set(folders.map(textOf))
    const classes = folders.filter((name) => !isCopyOfOthers(joined(place, name), texts))
    const reasons = new Map<string, string>()
    for (const name of visibleFolders(place)) if (!texts.has(textOf(name))) reasons.set(textOf(name), BESIDE_IMAGES)
    for (const name of folders) if (!classes.includes(name)) reasons.set(textOf(name), COPY)
    for (const name of deadLinks(place)) if (kindByName(name) !== 'image') reasons.set(name, DEAD_LINK)
    const loose = this.#passOver(place, folder, new Set(classes.map(textOf)), reasons)
    const outer = folder === '' ? [this.root] : [this.root, place]
    for (const name of classes) {
      const before = this.#images.length
      await this.#walk(joined(place, name), joined(folder, name), outer, textOf(name).normalize('NFC'))
      if (this.#images.length === before) this.#empty.add(textOf(joined(folder, name)))
      this.options.onListed(this.#images.length)
    }
    return loose
  }

  /** Counts what is no class. @returns the images that lie beside the classes */
  #passOver(
    place: string,
    folder: string,
    classes: ReadonlySet<string>,
    reasons: ReadonlyMap<string, string>,
  ): DiskPath[] {
    const names = entriesOf(place).filter((name) => !classes.has(textOf(name)))
    return names.filter((name) => {
      const reason = reasonHidden(name) ?? reasons.get(textOf(name))
      if (reason === undefined && kindByName(name) === 'image') return true
      if (reason !== undefined || folder !== '')
        this.#passedOver.add(
          isFolder(joined(place, name)) ? 'folders' : endingOf(name),
          reason ?? 'no image',
          joined(folder, name),
        )
      return false
    })
  }

  async #walk(place: DiskPath, path: DiskPath, outer: readonly DiskPath[], name: string): Promise<void> {
    await walkImages(place, path, outer, {
      onImage: (file, bytes, mtime) => {
        this.#nested.add(name, path, file)
        this.#images.add(file, this.#labelOf(name), bytes, mtime)
      },
      onFolder: (visited, mtime) => this.#sources.add(textOf(visited), mtime),
      passedOver: this.#passedOver,
    })
  }

  #labelOf(name: string): number {
    const label = this.#met.get(name) ?? this.#met.size
    this.#met.set(name, label)
    return label
  }

  /** Images side by side: a table beside them says what they are, or else nobody does. */
  async #listFlat(split: Split, folder: string): Promise<void> {
    const before = this.#images.length
    const found: { path: DiskPath; bytes: number; mtime: number }[] = []
    await walkImages(`${this.root}/${folder}`, '', [this.root], {
      onImage: (path, bytes, mtime) => found.push({ path, bytes, mtime }),
      onFolder: (visited, mtime) => this.#sources.add(textOf(visited), mtime),
      passedOver: new PassedOverCounter(),
    })
    if (found.length === 0) return void this.#empty.add(folder)
    const known = this.#met.size > 0 ? new Set(this.#met.keys()) : undefined
    const table = findLabelTable(
      this.root,
      folder,
      found.map(({ path }) => textOf(path)),
      known,
    )
    if (!table) return this.#leaveOut(split, folder, found.length)
    this.#notes.push(
      `The labels of ${folder} are from ${table.file}${table.column === undefined ? '' : `, column "${table.column}"`}.`,
    )
    this.#sources.add(`${this.root}/${table.file}`)
    for (const { path, bytes, mtime } of found) {
      const name = table.labels.get(textOf(path))
      if (name === undefined) this.#passedOver.add(endingOf(path), `not in ${table.file}`, joined(folder, path))
      else this.#images.add(joined(folder, path), this.#labelOf(name), bytes, mtime)
    }
    this.#listed(split, folder, before)
  }

  #leaveOut(split: Split, folder: string, count: number): void {
    if (split !== 'test')
      throw new DatasetError(
        `${this.root}/${folder} holds ${count === 1 ? 'an image' : `${count} images`} in no folders of classes, and no table beside them (.csv, .tsv or .txt, with the names of the files and a column "label") says what they show: sort them into ${folder}/<class>, add such a table, or take the folder away.`,
      )
    this.#leftOut.push({
      path: folder,
      reason: count === 1 ? 'its image has no label' : `its ${count} images have no labels`,
    })
  }

  #kindNotes(classes: readonly string[]): string[] {
    const nested = this.#nested.notes()
    return nested.length > 0 ? nested : partsNote(classes)
  }

  listing(isSplit: boolean, { leftOut, notes }: { leftOut: readonly LeftOut[]; notes: readonly string[] }): Listing {
    if (this.#images.length === 0) throw noImages(this.root)
    const classes = [...this.#met.keys()].sort()
    const places = new Map(classes.map((name, label) => [name, label]))
    const labels = [...this.#met.keys()].map((name) => places.get(name)!)
    const files = this.#images.columns()
    const split = isSplit ? splitsOf(this.#counts, this.#names) : { names: this.#names }
    return {
      root: this.root,
      classes,
      ...split,
      files: { ...files, labels: files.labels.map((label) => labels[label]!) },
      sources: this.#sources.all(),
      leftOut: [...leftOut, ...this.#leftOut, ...[...this.#empty].map((path) => ({ path, reason: 'holds no images' }))],
      passedOver: this.#passedOver.all(),
      notes: [...notes, ...(split.notes ?? []), ...this.#notes, ...this.#kindNotes(classes)],
    }
  }
}

const COPY = 'holds folders called as the classes beside it'
/** Whether its folders are called as those beside it, and it holds nothing else: archives are often unpacked into each other. */
function isCopyOfOthers(place: DiskPath, siblings: ReadonlySet<string>): boolean {
  const inner = visibleFolders(place)
  return inner.length > 1 && inner.every((name) => siblings.has(textOf(name))) && !holdsImageItself(place)
}

const partsNote = (classes: readonly string[]): string[] =>
  classes.length > 1 && classes.every(isNumberedPart)
    ? [
        `The folders ${classes.slice(0, 2).join(', ')} are taken for classes, and are called as parts of one set: if they are that, name the images with their labels in a manifest.`,
      ]
    : []

const noImages = (root: string) =>
  new DatasetError(`${root} holds no images (${[...imageExtensions].join(', ')}): ${imageFolderLayout}.`)
