import { blank, UndecodableImage, type Pixels } from './pixels.ts'

/** Of each format by its digit: channels, and whether the values are text. Those of bits are 1 for black. */
const forms: Readonly<Record<string, { channels: 1 | 3; isText: boolean; isBits?: true }>> = {
  1: { channels: 1, isText: true, isBits: true },
  2: { channels: 1, isText: true },
  3: { channels: 3, isText: true },
  4: { channels: 1, isText: false, isBits: true },
  5: { channels: 1, isText: false },
  6: { channels: 3, isText: false },
}

/**
 * The pixels of a PBM, PGM or PPM, as text or bytes, of up to 16 bits; of several in a file the first. Values are
 * scaled so that the format's largest is 255.
 *
 * Written from the pages "pbm", "pgm" and "ppm" of Netpbm's documentation.
 * @throws UndecodableImage for a file that is cut, or of another kind
 */
export function decodePnm(file: Buffer): Pixels {
  const form = forms[file.toString('latin1', 1, 2)]
  if (form === undefined || file[0] !== 0x50) throw new UndecodableImage('a PNM of an unknown kind')
  const words = new Words(file)
  const [width, height] = [words.number(), words.number()]
  const most = form.isBits ? 1 : words.number()
  const pixels = blank(height, width, 'PNM')
  if (most < 1 || most > 65_535) throw new UndecodableImage(`a PNM with values up to ${most}`)
  const values = form.isText ? textValues(words, form) : byteValues(file, words.at + 1, { ...form, width, most })
  const { channels } = form
  for (let i = 0; i < height * width; i++)
    for (let c = 0; c < 3; c++) {
      const value = values(channels * i + (channels === 3 ? c : 0))
      pixels.data[3 * i + c] = Math.round((255 * Math.min(value, most)) / most)
    }
  return pixels
}

/** The words of a text, with remarks from `#` to the end of a line left out. */
class Words {
  at = 2
  constructor(private readonly file: Buffer) {}

  number(): number {
    this.#skip()
    const from = this.at
    while (isDigit(this.file[this.at])) this.at += 1
    if (this.at === from) throw new UndecodableImage('truncated or damaged PNM')
    return Number(this.file.toString('latin1', from, this.at))
  }

  /** The next digit that is a value of its own. */
  digit(): number {
    this.#skip()
    if (!isDigit(this.file[this.at])) throw new UndecodableImage('truncated or damaged PNM')
    return this.file[this.at++]! - 0x30
  }

  #skip(): void {
    for (; this.at < this.file.length; this.at++) {
      const byte = this.file[this.at]!
      if (byte === 0x23) while (this.at < this.file.length && this.file[this.at] !== 10) this.at += 1
      else if (!(byte === 32 || (byte >= 9 && byte <= 13))) return
    }
  }
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39

/** A value by its place. */
type Values = (place: number) => number

/** Read in their order: each is asked for once, or again right after. */
function textValues(words: Words, { isBits }: { isBits?: true }): Values {
  let [place, value] = [-1, 0]
  return (wanted) => {
    for (; place < wanted; place++) value = isBits ? 1 - words.digit() : words.number()
    return value
  }
}

function byteValues(
  file: Buffer,
  first: number,
  { isBits, channels, width, most }: { isBits?: true; channels: 1 | 3; width: number; most: number },
): Values {
  const bytes = most > 255 ? 2 : 1
  const rowBytes = isBits ? Math.ceil(width / 8) : width * channels * bytes
  const checked = (at: number) => {
    if (at >= file.length) throw new UndecodableImage('truncated or damaged PNM')
    return file[at]!
  }
  if (isBits)
    return (place) => {
      const [row, x] = [Math.floor(place / width), place % width]
      return 1 - ((checked(first + row * rowBytes + (x >> 3)) >> (7 - (x & 7))) & 1)
    }
  if (bytes === 1) return (place) => checked(first + place)
  return (place) => checked(first + 2 * place) * 256 + checked(first + 2 * place + 1)
}
