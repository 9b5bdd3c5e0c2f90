/**
 * Whether a file tells of transparent pixels beside what its header says of its colours: a PNG by the chunk `tRNS` of a
 * palette or a colour, a GIF by the transparent colour of its first frame, a WebP by its flags.
 * @param head the first bytes of a file
 */
export function isTransparent(head: Buffer): boolean {
  const starts = (mark: string, at = 0) => head.toString('latin1', at, at + mark.length) === mark
  if (starts('\x89PNG')) return inPng(head)
  if (starts('GIF8')) return inGif(head)
  return starts('RIFF') && starts('WEBP', 8) && inWebP(head)
}

/** Chunks: length, name, content, checksum. Those of the pixels come after `tRNS`. */
function inPng(head: Buffer): boolean {
  for (let at = 8; at + 8 <= head.length;) {
    const name = head.toString('latin1', at + 4, at + 8)
    if (name === 'tRNS') return true
    if (name === 'IDAT') return false
    at += 12 + head.readUInt32BE(at)
  }
  return false
}

const [EXTENSION, GRAPHIC_CONTROL] = [0x21, 0xf9]

/** After the screen's description and its palette: blocks before the first frame. GIF89a, section 23. */
function inGif(head: Buffer): boolean {
  const packed = head[10] ?? 0
  let at = 13 + (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0)
  while (head[at] === EXTENSION) {
    if (head[at + 1] === GRAPHIC_CONTROL && head[at + 3]! & 1) return true
    at += 2
    // Parts of a block: each begins with its length, the last has none.
    while (head[at]) at += 1 + head[at]!
    at += 1
  }
  return false
}

/** RFC 9649: the flag of the extended form, and that of the lossless one. */
function inWebP(head: Buffer): boolean {
  const kind = head.toString('latin1', 12, 16)
  if (kind === 'VP8X') return ((head[20] ?? 0) & 0x10) !== 0
  return kind === 'VP8L' && ((head[24] ?? 0) & 0x10) !== 0
}
