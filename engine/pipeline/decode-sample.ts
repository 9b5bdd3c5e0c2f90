import type { Recipe } from '../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import {
  grey,
  imageKinds,
  kindOf,
  orientationOfDecoding,
  rawPixels,
  TURNED,
  type ImageKind,
  type RawImages,
} from '../dataset/index.ts'
import { resize, type Scaling } from './resize.ts'
import { decodingIn, storedWindow, upright } from './turn.ts'

type Channels = Recipe['data']['channels']

/** content: string, window: int32 [4] -> uint8 [height, width, channels] */
type Decoder = (f: GraphBuilder, content: Output, window: Output) => Output

/** What makes pixels of files, in the graph: those of the upright picture, as viewers show it. */
export interface SampleDecoder {
  /**
   * @param content the bytes of a file, a string scalar; or raw pixels, uint8 [bytes]
   * @param form int32 [3]: the file's decoding, see `decodingOf`, and the height and width of the upright image
   * @param window int32 [4]: top, left, height and width in the upright image
   * @param size int32 [2]: the height and width that the window is scaled to
   * @returns uint8 [height, width, channels]
   */
  decode(f: GraphBuilder, content: Output, form: Output, window: Output, size: Output): Output
}

export interface SampleDecoderOptions {
  /** Those that occur: where it is one, there is no branch. */
  readonly decodings: ReadonlySet<number>
  readonly channels: Channels
  readonly scaling: Scaling
  /** Where samples are raw pixels: all of them are. */
  readonly raw?: Omit<RawImages, 'bytes'>
}

/** Adds to `g` the functions that the decoder calls. */
export function sampleDecoder(
  g: GraphBuilder,
  { decodings, channels, raw, scaling }: SampleDecoderOptions,
): SampleDecoder {
  const decodeWindow: KindDecoder = raw
    ? (f, content, _, window) => cut(f, rawPixels(f, content, raw, channels), window)
    : turnedDecoder(g, decodings, channels)
  return {
    decode: (f, content, form, window, size) =>
      resize(f, decodeWindow(f, content, form, window), size, channels, scaling),
  }
}

/** The same for pixels that are decoded already: content is uint8 [height, width, channels]. */
export const pixelDecoder = (channels: Channels, scaling: Scaling): SampleDecoder => ({
  decode: (f, content, _, window, size) => resize(f, cut(f, content, window), size, channels, scaling),
})

const kindsOf = (decodings: readonly number[]) => [...new Set(decodings.map(kindOf))].sort() as EncodedKind[]

/** Where some images are to be turned: upright ones take the way that they take without these. */
function turnedDecoder(g: GraphBuilder, decodings: ReadonlySet<number>, channels: Channels): KindDecoder {
  const all = [...decodings]
  const turned = all.filter((decoding) => orientationOfDecoding(decoding) !== 1)
  const plain = windowDecoder(g, kindsOf(all), channels)
  if (turned.length === 0) return plain
  const stored = windowDecoder(g, kindsOf(turned), channels)
  const yes = g.defineFunction('decode_turned', decoderArguments, (f, [content, form, window]) => [
    upright(f, form!, stored(f, content!, form!, storedWindow(f, form!, window!))),
  ])
  const no = g.defineFunction('decode_upright', decoderArguments, (f, [content, form, window]) => [
    plain(f, content!, form!, window!),
  ])
  return (f, content, form, window) => {
    const isTurned = f.op('GreaterEqual', [decodingIn(f, form), f.constant(TURNED, 'int32')])
    return f.op('StatelessIf', [isTurned, [content, form, window]], branch(channels, yes, no))
  }
}

/** Those whose bytes have to be decoded. */
type EncodedKind = Exclude<ImageKind, typeof imageKinds.raw>

type KindDecoder = (f: GraphBuilder, content: Output, form: Output, window: Output) => Output

function windowDecoder(g: GraphBuilder, kinds: readonly EncodedKind[], channels: Channels): KindDecoder {
  const [kind, ...others] = kinds
  const decoder = decoders(channels)[kind!]
  if (others.length === 0) return (f, content, _, window) => decoder(f, content, window)
  const rest = windowDecoder(g, others, channels)
  const yes = g.defineFunction('decode', decoderArguments, (f, [content, , window]) => [decoder(f, content!, window!)])
  const no = g.defineFunction('decode', decoderArguments, (f, [content, form, window]) => [
    rest(f, content!, form!, window!),
  ])
  return (f, content, form, window) => {
    const here = f.op('FloorMod', [decodingIn(f, form), f.constant(TURNED, 'int32')])
    const isKind = f.op('Equal', [here, f.constant(kind!, 'int32')])
    return f.op('StatelessIf', [isKind, [content, form, window]], branch(channels, yes, no))
  }
}

/** Content, form and window. */
const decoderArguments = [
  { dtype: 'string', shape: [] },
  { dtype: 'int32', shape: [3] },
  { dtype: 'int32', shape: [4] },
] as const

const branch = (channels: Channels, yes: string, no: string) => ({
  Tout: ['uint8' as const],
  then_branch: yes,
  else_branch: no,
  output_shapes: [[null, null, channels]],
})

// The accurate transform: the fast one saves no measurable time beside the rest, and other trainers use this one.
const decoders = (channels: Channels): Record<EncodedKind, Decoder> => ({
  [imageKinds.jpeg]: (f, content, window) =>
    f.op('DecodeAndCropJpeg', [content, window], { channels, dct_method: 'INTEGER_ACCURATE' }),
  [imageKinds.png]: (f, content, window) => cut(f, f.op('DecodePng', [content], { channels }), window),
  [imageKinds.other]: (f, content, window) => {
    const rgb = f.op('DecodeImage', [content], { channels: 3, expand_animations: false })
    const pixels = cut(f, f.op('Reshape', [rgb, f.op('Shape', [rgb])]), window)
    return channels === 3 ? pixels : grey(f, pixels)
  },
})

/** A window of an image: int32 [4] top, left, height, width. */
function cut(f: GraphBuilder, pixels: Output, window: Output): Output {
  const part = (begin: number) => f.op('Slice', [window, f.constant([begin], 'int32'), f.constant([2], 'int32')])
  const withAll = (values: Output, last: number) =>
    f.op('ConcatV2', [[values, f.constant([last], 'int32')], f.constant(0, 'int32')])
  return f.op('Slice', [pixels, withAll(part(0), 0), withAll(part(2), -1)])
}
