import { Owner, Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import type { Pixels } from './pixels.ts'

/** What copies need of TensorFlow's decoders and encoders. Every answer fails with a `TensorFlowError` where a file cannot be decoded. */
export class Decoders implements Disposable {
  readonly #owner = new Owner()
  readonly #session: Session
  readonly #nodes: ReturnType<typeof build>

  constructor() {
    const g = this.#owner.own(new GraphBuilder())
    this.#nodes = g.withDevice('/device:CPU:0', () => build(g))
    this.#session = this.#owner.own(new Session(g.graph, { optimise: false }))
  }

  /** Of two JPEG files of one size, the share of the pixels that differ: 0 to 1. */
  async differingShare(a: Buffer, b: Buffer): Promise<number> {
    const { file, other, differing } = this.#nodes
    using share = await this.#run(differing, [
      [file, Tensor.strings([], [a])],
      [other, Tensor.strings([], [b])],
    ])
    return Number(share.item())
  }

  /** A PNG of a WebP picture, without its transparency. */
  async pngOfWebP(webp: Buffer): Promise<Buffer> {
    return this.#bytes(this.#nodes.webpAsPng, this.#nodes.file, Tensor.strings([], [webp]))
  }

  /** A PNG of pixels. */
  async png({ height, width, data }: Pixels): Promise<Buffer> {
    return this.#bytes(this.#nodes.png, this.#nodes.pixels, Tensor.from('uint8', [height, width, 3], data))
  }

  /** The largest value of a PNG with 16 bits: 0 to 65,535. */
  async highestOfPng(png: Buffer): Promise<number> {
    using highest = await this.#run(this.#nodes.highest, [[this.#nodes.file, Tensor.strings([], [png])]])
    return Number(highest.item())
  }

  async #bytes(fetched: Output, fed: Output, tensor: Tensor): Promise<Buffer> {
    using content = await this.#run(fetched, [[fed, tensor]])
    return Buffer.from(content.byteStrings()[0]!)
  }

  async #run(fetched: Output, feeds: readonly (readonly [Output, Tensor])[]): Promise<Tensor> {
    try {
      const [tensor] = await this.#session.run({ feeds, fetches: [fetched] })
      return tensor!
    } finally {
      for (const [, tensor] of feeds) tensor.dispose()
    }
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]()
  }
}

function build(g: GraphBuilder) {
  const [file, other] = [g.placeholder('string', [], 'file'), g.placeholder('string', [], 'other')]
  const pixels = g.placeholder('uint8', [null, null, 3], 'pixels')
  const jpeg = (content: Output) => g.op('DecodeJpeg', [content], { channels: 3, dct_method: 'INTEGER_ACCURATE' })
  const isOther = g.op('Any', [g.op('NotEqual', [jpeg(file), jpeg(other)]), g.constant(2, 'int32')])
  const differing = g.op('Mean', [g.op('Cast', [isOther], { DstT: 'float32' }), g.constant([0, 1], 'int32')])
  const webp = g.op('DecodeWebP', [file], { channels: 4 })
  // A still picture is the only frame.
  const frame = g.op(
    'Squeeze',
    [g.op('Slice', [webp, g.constant([0, 0, 0, 0], 'int32'), g.constant([1, -1, -1, 3], 'int32')])],
    { squeeze_dims: [0] },
  )
  const deep = g.op('Cast', [g.op('DecodePng', [file], { dtype: 'uint16' })], { DstT: 'int32' })
  // Little compressed: a copy is read more often than it is written.
  const asPng = (image: Output) => g.op('EncodePng', [image], { compression: 1 })
  return {
    file,
    other,
    pixels,
    differing,
    webpAsPng: asPng(frame),
    png: asPng(pixels),
    highest: g.op('Max', [deep, g.constant([0, 1, 2], 'int32')]),
  }
}
