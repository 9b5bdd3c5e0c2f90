import type { Line } from './manifest-lines.ts'
import type { NamedImages } from './named-images.ts'

/** What programs write where there is no value, in lower case. */
const missing: ReadonlySet<string> = new Set(['nan', 'null', 'none', 'na', 'n/a', 'nil', 'undefined'])

/**
 * What is to be said of the lines of a manifest: a sentence each.
 * @param name of the manifest
 * @param found how many paths were found under another spelling, and the images as they are called on the disk
 */
export function manifestNotes(
  name: string,
  lines: readonly Line[],
  { respelt, named }: { readonly respelt: number; readonly named: NamedImages },
): string[] {
  const odd = lines.filter(({ label }) => missing.has(label.toLowerCase()))
  return [
    ...(odd[0]
      ? [
          `${odd.length === 1 ? 'One image has' : `${odd.length} images have`} the label "${odd[0].label}" (first ${odd[0].at()} of ${name}), which is a class here: correct it where it means that there is none.`,
        ]
      : []),
    ...(respelt > 0
      ? [
          `${respelt === 1 ? 'One path' : `${respelt} paths`} of ${name} ${respelt === 1 ? 'was' : 'were'} found with / for \\, without the spaces around, or in another form of Unicode.`,
        ]
      : []),
    ...named.notes(),
    ...joinedNote(lines),
  ]
}

/** What joins labels where an image has several. */
const joints = /[,;|/+&]/

/** Labels that consist of others: an image has one class here. */
function joinedNote(lines: readonly Line[]): string[] {
  const labels = new Set(lines.map(({ label }) => label))
  const isJoined = (label: string) => {
    const parts = label.split(joints).map((part) => part.trim())
    return parts.length > 1 && parts.every((part) => labels.has(part))
  }
  const joinedLabels = new Set([...labels].filter(isJoined))
  const first = lines.find(({ label }) => joinedLabels.has(label))
  if (!first) return []
  const images = lines.filter(({ label }) => joinedLabels.has(label)).length
  return [
    `${images === 1 ? 'An image has' : `${images} images have`} several labels in one, such as "${first.label}" (${first.at()}): an image has one class here, so that is a class of its own.`,
  ]
}
