import { textOf, type DiskPath } from './disk-path.ts'
import { isFiller } from './split-names.ts'

/** Folders that are named in a sentence. */
const NAMED = 3
/** As many folders of a class are told apart. */
const MOST_FOLDERS = 1000

/** What is to be said of images that do not lie in the folder of their class, but in folders within it. */
export class NestedImages {
  /** By class: the folders with images in that of the class. */
  readonly #folders = new Map<string, Set<string>>()
  /** Classes whose own folder holds images. */
  readonly #direct = new Set<string>()
  #count = 0
  #first: { readonly file: string; readonly name: string } | undefined

  /**
   * @param folder of the class
   * @param file its path, which begins with that of the folder
   */
  add(name: string, folder: DiskPath, file: DiskPath): void {
    const within = textOf(file.slice(folder.length + 1))
    const end = within.indexOf('/')
    // `n01440764/images/1.jpg` is usual, and says nothing else.
    if (end < 0 || isFiller(within.slice(0, end))) {
      this.#direct.add(name)
      return
    }
    this.#count += 1
    this.#first ??= { file: textOf(file), name }
    const folders = this.#folders.get(name) ?? new Set()
    if (folders.size < MOST_FOLDERS) folders.add(within.slice(0, end))
    this.#folders.set(name, folders)
  }

  notes(): string[] {
    if (!this.#first) return []
    const { file, name } = this.#first
    const same = this.#sameFolders()
    const count = this.#count === 1 ? 'An image lies' : `${this.#count} images lie`
    return [
      `${count} in folders within that of the class, and count as the class: ${file} as "${name}".`,
      ...(same
        ? [
            `All classes have folders of the same names (${same.slice(0, NAMED).join(', ')}${same.length > NAMED ? ', ...' : ''}): if these are the classes, name one of the folders that hold them, such as ${name}.`,
          ]
        : []),
    ]
  }

  /** The folders that every class has, where all images lie in such. */
  #sameFolders(): string[] | undefined {
    const [first, ...others] = [...this.#folders.values()]
    const isSame = (folders: ReadonlySet<string>) =>
      folders.size === first!.size && [...folders].every((name) => first!.has(name))
    return first && first.size > 1 && this.#direct.size === 0 && others.length > 0 && others.every(isSame)
      ? [...first]
      : undefined
  }
}
