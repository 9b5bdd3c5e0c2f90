/** A part of a JPEG file before its pixels. */
interface Segment {
  /** The byte behind 0xFF that says what it is. */
  readonly marker: number
  /** Without its length; cut where the file is. */
  readonly content: Buffer
}

/** The segments of a JPEG before its pixels: 0xFF, a marker, and of most the length with its own two bytes. */
export function* jpegSegments(head: Buffer): Generator<Segment, void> {
  for (let at = 2; at + 4 <= head.length && head[at] === 0xff;) {
    const marker = head[at + 1]!
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else {
      const length = head.readUInt16BE(at + 2)
      // The pixels begin, or the image ends.
      yield { marker, content: head.subarray(at + 4, at + 2 + length) }
      if (marker === 0xda || marker === 0xd9) return
      at += 2 + Math.max(2, length)
    }
  }
}

/** Of the frames, which say how pixels are packed, those that are decoded: with Huffman or arithmetic codes, at once or in steps. */
const DECODED: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca])
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const ADOBE = 0xee

/** What a JPEG's header says that makes a difference to how it is decoded; nothing where it is cut before its pixels. */
export function jpegHeader(
  head: Buffer,
): { bits: number; components: number; isDecoded: boolean; hasAdobe: boolean } | undefined {
  let frame: Segment | undefined
  let hasAdobe = false
  for (const segment of jpegSegments(head)) {
    if (segment.marker === ADOBE && segment.content.toString('latin1', 0, 5) === 'Adobe') hasAdobe = true
    if (isFrame(segment.marker) && segment.content.length >= 6) frame = segment
    if (segment.marker === 0xda)
      return (
        frame && {
          bits: frame.content[0]!,
          components: frame.content[5]!,
          isDecoded: DECODED.has(frame.marker),
          hasAdobe,
        }
      )
  }
  return undefined
}

/** Whether its four colours are those of CMYK, and nothing says that they are inverted, as those of nearly all such files are. */
export function isBareCmyk(head: Buffer): boolean {
  const header = jpegHeader(head)
  return header?.components === 4 && !header.hasAdobe
}

/** Adobe's marker: version 100, no flags, and CMYK as it is. */
const marker = Buffer.concat([Buffer.of(0xff, ADOBE, 0, 14), Buffer.from('Adobe'), Buffer.of(0, 100, 0, 0, 0, 0, 0)])

/** A JPEG with Adobe's marker, by which decoders take the colours of its CMYK for inverted. */
export const withAdobeMarker = (file: Buffer): Buffer => Buffer.concat([file.subarray(0, 2), marker, file.subarray(2)])
