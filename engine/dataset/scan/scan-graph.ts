import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { rawPixels } from '../raw-pixels.ts'
import { imageKinds, maxPixels } from '../image-kind.ts'
import type { RawImages } from '../image-index/split-index.ts'
import { lookOf } from './look.ts'
import { MODE_BASE, modeFormats } from './scan-columns.ts'

interface Format {
  readonly format: keyof typeof modeFormats
  /** Where the format's mark is, and what it is. */
  readonly magic: readonly (readonly [at: number, bytes: readonly number[]])[]
  /** Width and height are these bytes of the file, times their weights, plus `add`. */
  readonly width: Weights
  readonly height: Weights
  readonly add?: number
}
type Weights = Readonly<Record<number, number>>

const big = (at: number): Weights => ({ [at]: 2 ** 24, [at + 1]: 2 ** 16, [at + 2]: 2 ** 8, [at + 3]: 1 })
const little = (at: number, bytes: number): Weights =>
  Object.fromEntries(Array.from({ length: bytes }, (_, i) => [at + i, 256 ** i]))
const riff = [0, [0x52, 0x49, 0x46, 0x46]] as const
const webp = (last: string) => [riff, [8, [...Buffer.from(`WEBPVP8${last}`)]]] as const

/** How the formats begin, and where their header has width and height. */
const formats: readonly Format[] = [
  { format: 'png', magic: [[0, [0x89, 0x50, 0x4e, 0x47]]], width: big(16), height: big(20) },
  { format: 'gif', magic: [[0, [0x47, 0x49, 0x46, 0x38]]], width: little(6, 2), height: little(8, 2) },
  { format: 'bmp', magic: [[0, [0x42, 0x4d]]], width: little(18, 4), height: little(22, 4) },
  { format: 'webp', magic: webp('X'), width: little(24, 3), height: little(27, 3), add: 1 },
  // Two bits that say how it should be shown count as size here, which only makes it larger.
  { format: 'webp', magic: webp(' '), width: little(26, 2), height: little(28, 2) },
  // 14 bits each, packed: see packedBits.
  {
    format: 'webp',
    magic: webp('L'),
    width: { 21: 1, 30: 2 ** 8 },
    height: { 31: 1, 23: 2 ** 2, 32: 2 ** 10 },
    add: 1,
  },
]
const jpegMagic = [0xff, 0xd8, 0xff]
const HEADER_BYTES = 30
/** With the {@link packedBits}. */
const HEADER_NUMBERS = HEADER_BYTES + 3

const binary = (g: GraphBuilder, bytes: readonly number[]) =>
  g.constantTensor(Tensor.strings([], [Uint8Array.from(bytes)]))
const content = { dtype: 'string', shape: [] } as const

/** Of a file's beginning and its end: EXIF is near either of them. A segment of a JPEG has at most 64 KiB. */
export const HEAD = 131_072
export const TAIL = 65_536

/**
 * A function from the bytes of an image file to those that begin and end it, and how many it has: a string scalar of
 * the first {@link HEAD} and, of other files than JPEG, the last {@link TAIL} without those, and int64.
 */
export function defineEnds(g: GraphBuilder): string {
  return g.defineFunction('ends', [content], (f, [bytes]) => {
    const length = f.op('StringLength', [bytes!])
    const whole = f.op('Minimum', [length, f.constant(HEAD, 'int32')])
    const head = f.op('Substr', [bytes!, f.constant(0, 'int32'), whole])
    const isJpeg = startsWith(f, head, 0, jpegMagic)
    const last = f.op('Maximum', [whole, f.op('Sub', [length, f.constant(TAIL, 'int32')])])
    const from = f.op('SelectV2', [isJpeg, length, last])
    const tail = f.op('Substr', [bytes!, from, f.op('Sub', [length, from])])
    return [f.op('StringJoin', [[head, tail]]), f.op('Cast', [length], { DstT: 'int64' })]
  })
}

/**
 * Adds a function from the bytes of an image file, a string scalar, to int64 [SCAN_VALUES] as `keepScan` reads
 * them, and gives its name. It reads the size from the header and decodes the image unless that is too large;
 * it fails where that cannot be done. Kind 0 stands for bytes that are no image; one that is too large has its
 * kind and size.
 */
export function defineScan(g: GraphBuilder): string {
  const jpegSize = g.defineFunction('jpeg_size', [content], (f, [bytes]) => [
    f.op('ExtractJpegShape', [bytes!], { output_type: 'int32' }),
  ])
  const noSize = g.defineFunction('no_size', [content], (f) => [f.constant([0, 0, 0], 'int32')])
  const decode = defineDecode(g)
  const refuse = g.defineFunction('refuse', [content], (f) => [f.constant(new Array<number>(10).fill(0), 'int64')])
  return g.defineFunction('scan', [content], (f, [bytes]) => {
    const start = f.op('Substr', [
      f.op('StringJoin', [[bytes!, binary(f, new Array<number>(HEADER_BYTES).fill(0))]]),
      f.constant(0, 'int32'),
      f.constant(HEADER_BYTES, 'int32'),
    ])
    const jpeg = branch(f, startsWith(f, start, 0, jpegMagic), bytes!, jpegSize, noSize, 'int32')
    const { kindAndMode, size } = describe(f, start, f.op('Cast', [jpeg], { DstT: 'int64' }))
    const pixels = f.op('Prod', [size, f.constant([0], 'int32')])
    const small = f.op('LogicalAnd', [
      f.op('Greater', [pixels, f.constant(0, 'int64')]),
      f.op('LessEqual', [pixels, f.constant(maxPixels, 'int64')]),
    ])
    const decoded = branch(f, small, bytes!, decode, refuse, 'int64')
    const kept = f.op('SelectV2', [small, part(f, decoded, 0, 2), size])
    return [
      assemble(
        f,
        part(f, kindAndMode, 0, 1),
        kept,
        part(f, kindAndMode, 1, 1),
        hash(f, bytes!),
        part(f, decoded, 2, 8),
      ),
    ]
  })
}

/** From the bytes of an image file to int64 [10]: height, width, and how its pixels look. */
function defineDecode(g: GraphBuilder): string {
  // As training decodes them, so that the means are those of what it sees.
  const decodeJpeg = g.defineFunction('decode_jpeg', [content], (f, [bytes]) => [
    f.op('DecodeJpeg', [bytes!], { channels: 3, dct_method: 'INTEGER_ACCURATE' }),
  ])
  const decodeOther = g.defineFunction('decode_other', [content], (f, [bytes]) => [
    f.op('DecodeImage', [bytes!], { channels: 3, expand_animations: false }),
  ])
  return g.defineFunction('decode', [content], (f, [bytes]) => {
    const decoded = branch(f, startsWith(f, bytes!, 0, jpegMagic), bytes!, decodeJpeg, decodeOther, 'uint8')
    const shape = f.op('Shape', [decoded])
    const pixels = f.op('Reshape', [decoded, shape])
    const size = f.op('Slice', [
      f.op('Cast', [shape], { DstT: 'int64' }),
      f.constant([0], 'int32'),
      f.constant([2], 'int32'),
    ])
    return [f.op('ConcatV2', [[size, lookOf(f, pixels)], f.constant(0, 'int32')])]
  })
}

/** The same of raw pixels: uint8 [bytes] to int64 [SCAN_VALUES]. */
export function defineRawScan(g: GraphBuilder, images: Omit<RawImages, 'bytes'>): string {
  const { height, width, channels } = images
  return g.defineFunction('scan_raw', [{ dtype: 'uint8', shape: [height * width * channels] }], (f, [bytes]) => {
    const int64s = (...values: number[]) => f.constant(values, 'int64')
    const look = lookOf(f, rawPixels(f, bytes!, images, 3))
    return [
      assemble(
        f,
        int64s(imageKinds.raw),
        int64s(height, width),
        int64s(modeFormats.raw * MODE_BASE + channels),
        hash(f, bytes!),
        look,
      ),
    ]
  })
}

const assemble = (f: GraphBuilder, kind: Output, size: Output, mode: Output, fingerprint: Output, look: Output) =>
  f.op('ConcatV2', [[kind, size, mode, fingerprint, look], f.constant(0, 'int32')])

/** int64 [1] of a string scalar or uint8 [bytes]. */
function hash(f: GraphBuilder, data: Output): Output {
  const row = f.op('ExpandDims', [data, f.constant(0, 'int32')])
  return f.op('Bitcast', [f.op('Fingerprint', [row, f.text('farmhash64')])], { type: 'int64' })
}

const branch = (
  f: GraphBuilder,
  condition: Output,
  input: Output,
  yes: string,
  no: string,
  dtype: 'int32' | 'int64' | 'uint8',
) => f.op('StatelessIf', [condition, [input]], { Tout: [dtype], then_branch: yes, else_branch: no })

function startsWith(f: GraphBuilder, start: Output, at: number, magic: readonly number[]): Output {
  return f.op('Equal', [
    f.op('Substr', [start, f.constant(at, 'int32'), f.constant(magic.length, 'int32')]),
    binary(f, magic),
  ])
}

/**
 * Kind and mode [2] and (height, width) [2] from the first bytes of a file, and for a JPEG from its shape.
 * @param jpeg int64 (height, width, components), zeros for another format
 */
function describe(f: GraphBuilder, start: Output, jpeg: Output): { kindAndMode: Output; size: Output } {
  const bytes = f.op('Cast', [f.op('DecodeRaw', [start], { out_type: 'uint8' })], { DstT: 'float64' })
  const row = f.op('Reshape', [
    f.op('ConcatV2', [[bytes, packedBits(f, bytes)], f.constant(0, 'int32')]),
    f.constant([1, HEADER_NUMBERS], 'int32'),
  ])
  const sizes = f.op('Cast', [f.op('MatMul', [row, headerWeights(f)])], { DstT: 'int64' })
  const added = f.op('AddV2', [sizes, f.constant([formats.flatMap(({ add = 0 }) => [add, add])], 'int64')])
  // The height of a BMP is negative where its first row is the top one.
  const absolute = f.op('Minimum', [added, f.op('Sub', [f.constant(2 ** 32, 'int64'), added])])
  const matches = f.op(
    'Cast',
    [
      f.op('Pack', [
        formats.map(({ magic }) =>
          magic.map(([at, mark]) => startsWith(f, start, at, mark)).reduce((a, b) => f.op('LogicalAnd', [a, b])),
        ),
      ]),
    ],
    { DstT: 'int64' },
  )
  const chosen = (values: Output) =>
    f.op('Sum', [
      f.op('Mul', [values, f.op('Reshape', [matches, f.constant([formats.length, 1], 'int32')])]),
      f.constant([0], 'int32'),
    ])
  const size = f.op('AddV2', [
    chosen(f.op('Reshape', [absolute, f.constant([formats.length, 2], 'int32')])),
    part(f, jpeg, 0, 2),
  ])
  const codes = formats.map(({ format }) => [
    format === 'png' ? imageKinds.png : imageKinds.other,
    modeFormats[format] * MODE_BASE,
  ])
  const plain = f.op('AddV2', [chosen(f.constant(codes, 'int64')), pngColours(f, bytes, matches)])
  return { size, kindAndMode: f.op('AddV2', [plain, jpegKindAndMode(f, part(f, jpeg, 2, 1))]) }
}

const part = (f: GraphBuilder, vector: Output, begin: number, size: number) =>
  f.op('Slice', [vector, f.constant([begin], 'int32'), f.constant([size], 'int32')])

/** Of lossless WebP: the low 6 and the high 2 bits of byte 22, and the low 4 bits of byte 24. */
function packedBits(f: GraphBuilder, bytes: Output): Output {
  const [low, high] = [part(f, bytes, 22, 1), part(f, bytes, 24, 1)]
  const bits = [
    f.op('FloorMod', [low, f.constant(64, 'float64')]),
    f.op('Floor', [f.op('RealDiv', [low, f.constant(64, 'float64')])]),
    f.op('FloorMod', [high, f.constant(16, 'float64')]),
  ]
  return f.op('ConcatV2', [bits, f.constant(0, 'int32')])
}

/** 0 and, of a PNG, bit depth and colour type: bytes 24 and 25. */
function pngColours(f: GraphBuilder, bytes: Output, matches: Output): Output {
  const depthAndType = f.op('Cast', [part(f, bytes, 24, 2)], { DstT: 'int64' })
  const code = f.op('Sum', [f.op('Mul', [depthAndType, f.constant([256, 1], 'int64')]), f.constant([0], 'int32')], {
    keep_dims: true,
  })
  const png = f.op('Mul', [code, part(f, matches, 0, 1)])
  return f.op('ConcatV2', [[f.constant([0], 'int64'), png], f.constant(0, 'int32')])
}

/** By components: none, no JPEG; 1 and 3, grey and colour; 4, CMYK. */
function jpegKindAndMode(f: GraphBuilder, components: Output): Output {
  const { jpeg, other } = imageKinds
  const rows = [0, jpeg, jpeg, jpeg, other].map((kind, count) => [
    kind,
    kind === 0 ? 0 : modeFormats.jpeg * MODE_BASE + count,
  ])
  const row = f.op('GatherV2', [f.constant(rows, 'int64'), components, f.constant(0, 'int32')])
  return f.op('Reshape', [row, f.constant([2], 'int32')])
}

/** Times the first bytes of a file: height and width of every format, were it of that. */
function headerWeights(f: GraphBuilder): Output {
  const weights = Array.from({ length: HEADER_NUMBERS }, () => new Array<number>(formats.length * 2).fill(0))
  formats.forEach(({ height, width }, i) => {
    for (const [byte, weight] of Object.entries(height)) weights[Number(byte)]![2 * i] = weight
    for (const [byte, weight] of Object.entries(width)) weights[Number(byte)]![2 * i + 1] = weight
  })
  return f.constant(weights, 'float64')
}
