import type { Line } from './manifest-lines.ts'

/** What is to be said of images that a manifest names more than once. */
export class NamedImages {
  readonly #lines = new Map<string, Line>()
  readonly #again: { readonly path: string; readonly first: Line; readonly second: Line }[] = []

  /** @param path as it is on the disk */
  add(path: string, line: Line): void {
    const first = this.#lines.get(path)
    if (first) this.#again.push({ path, first, second: line })
    else this.#lines.set(path, line)
  }

  notes(): string[] {
    const labelled = this.#again.filter(({ first, second }) => first.label !== second.label)
    const [odd] = labelled
    const [again] = this.#again
    return [
      ...(again
        ? [
            `${this.#again.length === 1 ? 'An image is' : `${this.#again.length} images are`} named again, first ${again.path} (${again.first.at()} and ${again.second.at()}): each counts as often as it is named.`,
          ]
        : []),
      ...(odd
        ? [
            `${labelled.length === 1 ? 'One of them has' : `${labelled.length} of them have`} another label there, first ${odd.path} ("${odd.first.label}" and "${odd.second.label}"): an image has one class here.`,
          ]
        : []),
    ]
  }
}
