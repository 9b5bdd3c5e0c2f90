import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { imageKinds, maxPixels } from '../image-kind.ts'

/** How the formats begin; and where their header has width and height: first byte, bytes, order. */
const formats = [
  { magic: [0x89, 0x50, 0x4e, 0x47], kind: imageKinds.png, width: 16, height: 20, bytes: 4, bigEndian: true },
  { magic: [0x47, 0x49, 0x46, 0x38], kind: imageKinds.other, width: 6, height: 8, bytes: 2, bigEndian: false },
  { magic: [0x42, 0x4d], kind: imageKinds.other, width: 18, height: 22, bytes: 4, bigEndian: false },
] as const
const jpegMagic = [0xff, 0xd8, 0xff]
const HEADER_BYTES = 26

const binary = (g: GraphBuilder, bytes: readonly number[]) => g.constantTensor(Tensor.strings([], [Uint8Array.from(bytes)]))

/**
 * Adds a function (path: string, root: string) -> int64 [kind, height, width], and gives its name. It opens an
 * image file, reads its size from its header, and decodes it unless that is too large; it fails where the file
 * cannot be read or decoded. Kind 0 stands for a file that is no image; one that is too large has its kind and size.
 */
export function defineScan(g: GraphBuilder): string {
  const bytes = { dtype: 'string', shape: [] } as const
  const jpegSize = g.defineFunction('jpeg_size', [bytes], (f, [content]) => [f.op('ExtractJpegShape', [content!], { output_type: 'int32' })])
  const noSize = g.defineFunction('no_size', [bytes], (f) => [f.constant([0, 0, 0], 'int32')])
  const decode = g.defineFunction('decode', [bytes], (f, [content]) => {
    const pixels = f.op('DecodeImage', [content!], { channels: 3, expand_animations: false })
    return [f.op('StridedSlice', [f.op('Shape', [pixels], { out_type: 'int64' }), ...[0, 2, 1].map((i) => f.constant([i], 'int32'))])]
  })
  const refuse = g.defineFunction('refuse', [bytes], (f) => [f.constant([0, 0], 'int64')])
  return g.defineFunction('scan', [bytes, bytes], (f, [path, root]) => {
    const content = f.op('ReadFile', [f.op('StringJoin', [[root!, path!]], { separator: '/' })])
    const start = f.op('Substr', [f.op('StringJoin', [[content, binary(f, new Array<number>(HEADER_BYTES).fill(0))]]), f.constant(0, 'int32'), f.constant(HEADER_BYTES, 'int32')])
    const jpeg = branch(f, startsWith(f, start, jpegMagic), content, jpegSize, noSize, 'int32')
    const { kind, size } = describe(f, start, f.op('Cast', [jpeg], { DstT: 'int64' }))
    const pixels = f.op('Prod', [size, f.constant([0], 'int32')])
    const small = f.op('LogicalAnd', [f.op('Greater', [pixels, f.constant(0, 'int64')]), f.op('LessEqual', [pixels, f.constant(maxPixels, 'int64')])])
    const decoded = branch(f, small, content, decode, refuse, 'int64')
    return [f.op('ConcatV2', [[kind, f.op('SelectV2', [small, decoded, size])], f.constant(0, 'int32')])]
  })
}

const branch = (f: GraphBuilder, condition: Output, input: Output, yes: string, no: string, dtype: 'int32' | 'int64') =>
  f.op('StatelessIf', [condition, [input]], { Tout: [dtype], then_branch: yes, else_branch: no })

function startsWith(f: GraphBuilder, start: Output, magic: readonly number[]): Output {
  return f.op('Equal', [f.op('Substr', [start, f.constant(0, 'int32'), f.constant(magic.length, 'int32')]), binary(f, magic)])
}

/**
 * Kind [1] and (height, width) [2] from the first bytes of a file, and for a JPEG from its shape.
 * @param jpeg int64 (height, width, components), zeros for another format
 */
function describe(f: GraphBuilder, start: Output, jpeg: Output): { kind: Output; size: Output } {
  const bytes = f.op('Cast', [f.op('DecodeRaw', [start], { out_type: 'uint8' })], { DstT: 'float64' })
  const sizes = f.op('Cast', [f.op('MatMul', [f.op('Reshape', [bytes, f.constant([1, HEADER_BYTES], 'int32')]), headerWeights(f)])], { DstT: 'int64' })
  // The height of a BMP is negative where its first row is the top one.
  const absolute = f.op('Minimum', [sizes, f.op('Sub', [f.constant(2 ** 32, 'int64'), sizes])])
  const matches = f.op('Cast', [f.op('Pack', [formats.map(({ magic }) => startsWith(f, start, magic))])], { DstT: 'int64' })
  const column = f.op('Reshape', [matches, f.constant([formats.length, 1], 'int32')])
  const byFormat = f.op('Mul', [f.op('Reshape', [absolute, f.constant([formats.length, 2], 'int32')]), column])
  const size = f.op('AddV2', [f.op('Sum', [byFormat, f.constant([0], 'int32')]), part(f, jpeg, 0, 2)])
  const others = f.op('Sum', [f.op('Mul', [matches, f.constant(formats.map(({ kind }) => kind), 'int64')]), f.constant([0], 'int32')], { keep_dims: true })
  return { size, kind: f.op('AddV2', [others, jpegKind(f, part(f, jpeg, 2, 1))]) }
}

const part = (f: GraphBuilder, vector: Output, begin: number, size: number) =>
  f.op('Slice', [vector, f.constant([begin], 'int32'), f.constant([size], 'int32')])

/** Kind by components: none, no JPEG; 1 and 3, grey and colour; 4, CMYK. */
function jpegKind(f: GraphBuilder, components: Output): Output {
  const { jpeg, other } = imageKinds
  return f.op('GatherV2', [f.constant([0, jpeg, jpeg, jpeg, other], 'int64'), components, f.constant(0, 'int32')])
}

/** Times the first bytes of a file: height and width of every format, were it of that. */
function headerWeights(f: GraphBuilder): Output {
  const weights = Array.from({ length: HEADER_BYTES }, () => new Array<number>(formats.length * 2).fill(0))
  formats.forEach(({ height, width, bytes, bigEndian }, i) => {
    for (let byte = 0; byte < bytes; byte++) {
      const weight = 256 ** (bigEndian ? bytes - 1 - byte : byte)
      weights[height + byte]![2 * i] = weight
      weights[width + byte]![2 * i + 1] = weight
    }
  })
  return f.constant(weights, 'float64')
}
