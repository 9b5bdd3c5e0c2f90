import type { Recipe } from '../../../shared/recipe/schema.ts'
import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { keyOf, PHILOX, type Stream } from './random-numbers.ts'

export interface MixedBatch {
  /** float32 [batch, height, width, channels]. */
  readonly pixels: Output
  /** float32 [batch, classes]: the labels, each by its share. */
  readonly targets: Output
  /** float32 scalar: the share of an image itself, the rest is its partner's. */
  readonly share: Output
  /** bool scalar: whether the partner was pasted (CutMix) or blended in (mixup). */
  readonly pasted: Output
}

export interface MixingOptions {
  readonly augment: Pick<Recipe['augment'], 'mixup' | 'cutmix'>
  readonly seed: number
  readonly classes: number
}

export const mixes = ({ mixup, cutmix }: Pick<Recipe['augment'], 'mixup' | 'cutmix'>): boolean =>
  mixup > 0 || cutmix > 0

/** The place of an image's partner in a batch: the batch is rolled by half of it, so nobody is its own partner. */
export const partnerOf = (place: number, batch: number): number => (place + Math.floor(batch / 2)) % batch

/**
 * Mixes every image of a batch with its {@link partnerOf}: mixup (Zhang et al. 2017, arXiv 1710.09412) or CutMix
 * (Yun et al. 2019, arXiv 1905.04899); where a recipe has both, the batch draws which, each in half of the cases.
 * One share for the whole batch, as in the papers' own code, timm and torchvision. It comes from Beta(a, a), as
 * X / (X + Y) of two Gamma(a) numbers. CutMix' rectangle has the aspect ratio of the image and a uniform centre,
 * and is cut at the edges; the share is then that of its pixels. The random numbers are those of seed and step.
 * @param pixels float32 [batch, height, width, channels], batch 2 at least
 * @param labels int32 [batch]
 * @param step int64 scalar: batches before this one
 */
export function mixBatch(
  g: GraphBuilder,
  pixels: Output,
  labels: Output,
  step: Output,
  { augment, seed, classes }: MixingOptions,
): MixedBatch {
  return g.withName('mix', () => {
    const batch = g.shapeOf(labels)![0]!
    const { drawn, pasted, centre } = drawMixing(g, augment, seed, step)
    const { outside, share: remaining } = rectangle(g, pixels, drawn, centre)
    const weights = g.op('SelectV2', [pasted, outside, drawn])
    const share = g.op('SelectV2', [pasted, remaining, drawn])
    const partner = (x: Output) =>
      g.op('Roll', [x, g.constant(-Math.floor(batch / 2), 'int32'), g.constant(0, 'int32')])
    const blend = (x: Output, weight: Output) =>
      add(g, multiply(g, x, weight), multiply(g, partner(x), g.op('Sub', [g.constant(1), weight])))
    const oneHot = g.op('OneHot', [labels, g.constant(classes, 'int32'), g.constant(1), g.constant(0)])
    return { pixels: blend(pixels, weights), targets: blend(oneHot, share), share, pasted }
  })
}

const add = (g: GraphBuilder, a: Output, b: Output) => g.op('AddV2', [a, b])
const multiply = (g: GraphBuilder, a: Output, b: Output) => g.op('Mul', [a, b])

interface Drawn {
  /** float32 scalar, from the Beta distribution. */
  readonly drawn: Output
  readonly pasted: Output
  /** float32 [2] in [0, 1): down and across. */
  readonly centre: Output
}

/** On the CPU, whatever the batch is on: so that every device draws the same. */
function drawMixing(g: GraphBuilder, { mixup, cutmix }: MixingOptions['augment'], seed: number, step: Output): Drawn {
  return g.withDevice('/device:CPU:0', () => {
    const counter = g.op('Pack', [
      [g.constantTensor(Tensor.from('uint64', [], BigUint64Array.of(0n))), g.op('Cast', [step], { DstT: 'uint64' })],
    ])
    const random = (
      type: string,
      stream: Stream,
      count: number,
      more: readonly Output[],
      dtype: 'float32' | 'float64',
    ) =>
      g.op(
        type,
        [g.constant([count], 'int32'), keyOf(g, seed, stream), counter, g.constant(PHILOX, 'int32'), ...more],
        { dtype },
      )
    const uniform = random('StatelessRandomUniformV2', 'mixingPlace', 4, [], 'float32')
    const uniforms = (first: number, count: number) =>
      g.op('Slice', [uniform, g.constant([first], 'int32'), g.constant([count], 'int32')])
    const both = mixup > 0 && cutmix > 0
    const coin = g.op('Less', [
      g.op('Reshape', [uniforms(2, 1), g.constant([], 'int32', [0])]),
      g.constant(both ? 0.5 : cutmix > 0 ? 1 : 0),
    ])
    const concentration = g.op('SelectV2', [
      coin,
      g.constant(cutmix || 1, 'float64'),
      g.constant(mixup || 1, 'float64'),
    ])
    const gammas = random('StatelessRandomGammaV3', 'mixingShare', 2, [concentration], 'float64')
    return { drawn: g.op('Cast', [betaOf(g, gammas)], { DstT: 'float32' }), pasted: coin, centre: uniforms(0, 2) }
  })
}

/** X / (X + Y). Where both vanish, which only a concentration near 0 brings about, nothing is mixed. */
function betaOf(g: GraphBuilder, gammas: Output): Output {
  const first = g.op('GatherV2', [gammas, g.constant(0, 'int32'), g.constant(0, 'int32')])
  const sum = g.op('Sum', [gammas, g.constant([0], 'int32')])
  const zero = g.constant(0, 'float64')
  return g.op('SelectV2', [g.op('Greater', [sum, zero]), g.op('DivNoNan', [first, sum]), g.constant(1, 'float64')])
}

/**
 * float32 [1, height, width, 1]: 0 in a rectangle of sides floor(side sqrt(1 - drawn)) about a centre, cut at the
 * edges, 1 outside; and the share of the pixels outside.
 */
function rectangle(g: GraphBuilder, pixels: Output, drawn: Output, centre: Output): { outside: Output; share: Output } {
  const ratio = g.op('Sqrt', [g.op('Sub', [g.constant(1), drawn])])
  const along = (axis: 1 | 2) => {
    const size = g.op('GatherV2', [g.op('Shape', [pixels]), g.constant(axis, 'int32'), g.constant(0, 'int32')])
    const length = g.op('Cast', [size], { DstT: 'float32' })
    const whole = (x: Output) => g.op('Floor', [x])
    const side = whole(multiply(g, length, ratio))
    const middle = whole(
      multiply(g, length, g.op('GatherV2', [centre, g.constant(axis - 1, 'int32'), g.constant(0, 'int32')])),
    )
    const half = whole(multiply(g, side, g.constant(0.5)))
    const position = g.op('Cast', [g.op('Range', [g.constant(0, 'int32'), size, g.constant(1, 'int32')])], {
      DstT: 'float32',
    })
    const from = g.op('Sub', [position, g.op('Sub', [middle, half])])
    const within = g.op('LogicalAnd', [
      g.op('GreaterEqual', [from, g.constant(0)]),
      g.op('Less', [from, multiply(g, half, g.constant(2))]),
    ])
    return g.op('Reshape', [
      g.op('Cast', [within], { DstT: 'float32' }),
      g.constant(axis === 1 ? [1, -1, 1, 1] : [1, 1, -1, 1], 'int32'),
    ])
  }
  const outside = g.op('Sub', [g.constant(1), multiply(g, along(1), along(2))])
  return { outside, share: g.op('Mean', [outside, g.constant([0, 1, 2, 3], 'int32')]) }
}
