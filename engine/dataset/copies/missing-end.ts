import { crc32, constants, deflateSync, inflateSync } from 'node:zlib'
import { TensorFlowError } from '../../../shared/errors.ts'
import { maxPixels } from '../image-kind.ts'
import type { Decoders } from './decoders.ts'

/** What is to be said of a file that lacks its end. */
export interface Ended {
  /** Of the picture's pixels, the share that the file does not hold: 0 to 1. */
  readonly missing: number
  /** The file with an end; absent where more than {@link MOST_MISSING} is missing. */
  readonly content?: Buffer
}

const MOST_MISSING = 0.05
const endedOf = (missing: number, content: () => Buffer): Ended =>
  missing > MOST_MISSING ? { missing } : { missing, content: content() }

/** The marker that ends a JPEG. */
const END = Buffer.of(0xff, 0xd9)
/** What a JPEG's pixels are packed into, at random: longer than a row of blocks of most pictures. */
const FILLING = Buffer.alloc(65_536, 0xaa)

/**
 * A JPEG that lacks its end, with the marker that ends one: decoders then make grey of what is missing. Nothing for
 * what cannot be decoded with it either.
 *
 * Which pixels are missing is found by decoding it twice, with and without something in the place of what is lost: the
 * pixels that differ are not made of the file's own bytes.
 */
export async function endJpeg(decoders: Decoders, file: Buffer): Promise<Ended | undefined> {
  const content = Buffer.concat([file, END])
  try {
    const missing = await decoders.differingShare(content, Buffer.concat([file, FILLING, END]))
    return endedOf(missing, () => content)
  } catch (error) {
    if (error instanceof TensorFlowError) return undefined
    throw error
  }
}

const SIGNATURE = 8
/** Before the content of a chunk its length and name, after it its checksum. */
const [BEFORE, AFTER] = [8, 4]

interface Chunk {
  readonly name: string
  readonly content: Buffer
}

/**
 * A PNG that lacks its end, written anew with what it holds: pixels that are missing are 0. Nothing for a PNG that has
 * an end, or too little to tell what is missing.
 */
export function endPng(file: Buffer): Ended | undefined {
  const chunks = chunksOf(file)
  const [header] = chunks
  if (header?.name !== 'IHDR' || header.content.length < 13 || chunks.at(-1)!.name === 'IEND') return undefined
  const expected = unpackedBytes(header.content)
  if (!(expected > 0 && expected <= 8 * maxPixels)) return undefined
  const held = inflated(Buffer.concat(chunks.filter(isPixels).map(({ content }) => content)), expected)
  if (held === undefined) return undefined
  return endedOf(1 - held.length / expected, () => {
    const all = Buffer.concat([held, Buffer.alloc(expected - held.length)])
    const written = [
      ...chunks.filter((chunk) => !isPixels(chunk)),
      { name: 'IDAT', content: deflateSync(all, { level: 1 }) },
      { name: 'IEND', content: Buffer.alloc(0) },
    ]
    return Buffer.concat([file.subarray(0, SIGNATURE), ...written.map(chunkBytes)])
  })
}

const isPixels = ({ name }: Chunk) => name === 'IDAT'

/** Those that are whole, and of the pixels also what there is of one that is cut. */
function chunksOf(file: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = SIGNATURE; at + BEFORE <= file.length;) {
    const name = file.toString('latin1', at + 4, at + BEFORE)
    const end = at + BEFORE + file.readUInt32BE(at)
    const content = file.subarray(at + BEFORE, Math.min(end, file.length))
    const isWhole = end + AFTER <= file.length
    if (isWhole || name === 'IDAT') chunks.push({ name, content })
    // An end without its checksum is none yet.
    if (!isWhole || name === 'IEND') break
    at = end + AFTER
  }
  return chunks
}

function chunkBytes({ name, content }: Chunk): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(AFTER)]
  length.writeUInt32BE(content.length)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}

/** What there is of a compressed stream, at most so many bytes; nothing for one that is damaged. */
function inflated(stream: Buffer, most: number): Buffer | undefined {
  try {
    const held = inflateSync(stream, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most })
    return held.length <= most ? held : undefined
  } catch {
    return undefined
  }
}

/** Of each colour type the values a pixel. */
const values: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** Where each pass of an interlaced PNG begins, and how far apart its pixels are: PNG, third edition, section 8. */
const passes = [
  { x: 0, y: 0, across: 8, down: 8 },
  { x: 4, y: 0, across: 8, down: 8 },
  { x: 0, y: 4, across: 4, down: 8 },
  { x: 2, y: 0, across: 4, down: 4 },
  { x: 0, y: 2, across: 2, down: 4 },
  { x: 1, y: 0, across: 2, down: 2 },
  { x: 0, y: 1, across: 1, down: 2 },
]
const onePass = [{ x: 0, y: 0, across: 1, down: 1 }]

/** Bytes of all rows, each with that of its filter; NaN for a header that says nothing known. @param header IHDR's content */
function unpackedBytes(header: Buffer): number {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const bits = header[8]! * (values[header[9]!] ?? NaN)
  let bytes = 0
  for (const { x, y, across, down } of header[12] === 1 ? passes : onePass) {
    const [columns, rows] = [Math.ceil((width - x) / across), Math.ceil((height - y) / down)]
    if (columns > 0 && rows > 0) bytes += rows * (1 + Math.ceil((columns * bits) / 8))
  }
  return bytes
}
