import { isUtf8 } from 'node:buffer'
import { readRegular, type Refuse } from '../../../storage/regular-file.ts'

/**
 * The text of a file that a person or a program wrote: UTF-8, or UTF-16 with a mark that says so; composed (Unicode's
 * NFC), so that names which look the same are the same. Throws what `refuse` makes for other bytes, and as
 * `readRegular` does.
 * @param most bytes
 */
export function readText(file: string, most: number, refuse: Refuse): string {
  const content = readRegular(file, most, refuse)
  const [first, second] = content
  if (first === 0xff && second === 0xfe) return composed(content.subarray(2).toString('utf16le'))
  if (first === 0xfe && second === 0xff)
    return composed(
      content
        .subarray(2, content.length & ~1)
        .swap16()
        .toString('utf16le'),
    )
  if (!isUtf8(content)) throw refuse(`is not UTF-8 in line ${lineOfDamage(content)}: save it as UTF-8`)
  const text = content.toString()
  if (text.includes('\0'))
    throw refuse(
      `has a byte of zero in line ${linesBefore(text, text.indexOf('\0'))}: save it as UTF-8, or UTF-16 with its mark`,
    )
  return composed(text.replace(/^\uFEFF/, ''))
}

const composed = (text: string) => text.normalize('NFC')

const linesBefore = (text: string, place: number) => text.slice(0, place).split('\n').length

/** Of the first byte that is no UTF-8. */
function lineOfDamage(content: Buffer): number {
  let line = 1
  for (let at = 0; ; line++) {
    const end = content.indexOf(10, at)
    if (end < 0 || !isUtf8(content.subarray(at, end))) return line
    at = end + 1
  }
}
