import type { SymbolicTensor } from '@tensorflow/tfjs'
import type { Convolution, LayerStack } from './layer-stack.ts'

export type BlockKind = 'basic' | 'bottleneck'

/** What sets a family of residual networks apart. */
export interface ResidualForm {
  readonly kind: BlockKind
  /** Groups of a bottleneck's 3 x 3 convolution; 1 without (ResNeXt: Xie et al. 2016, arXiv 1611.05431). */
  readonly groups?: number
  /** Channels of the inner convolutions, relative to ResNet's. */
  readonly widening?: number
  /** A squeeze and excitation at the end of every branch. */
  readonly excitation?: boolean
}

export interface Block {
  readonly name: string
  /** Channels of ResNet's inner convolutions; a bottleneck gives out four times as many. */
  readonly width: number
  readonly stride: number
  /** Its place among all blocks, and how many there are. */
  readonly place: number
  readonly of: number
}

const expansion: Readonly<Record<BlockKind, number>> = { basic: 1, bottleneck: 4 }
/** What squeeze and excitation divides the channels by: Hu et al. 2017, arXiv 1709.01507, section 6.1. */
const reduction = 16

/**
 * A residual block: ReLU of what its convolutions make of the input, plus the input. Where size or channels change,
 * the input takes a 1 x 1 convolution of the same stride and a batch norm (He et al. 2015, option B).
 */
export function residualBlock(stack: LayerStack, form: ResidualForm, x: SymbolicTensor, block: Block): SymbolicTensor {
  const { name, width, stride, place, of } = block
  const channels = width * expansion[form.kind]
  const convolved = form.kind === 'basic' ? basic(stack, x, block) : bottleneck(stack, form, x, block)
  const excited = form.excitation ? stack.excite(convolved, `${name}_se`, channels / reduction, 'relu') : convolved
  const branch = stack.stochasticDepth(excited, `${name}_depth`, place, of)
  const changes = stride !== 1 || x.shape.at(-1) !== channels
  const shortcut = changes ? project(stack, x, { name, width: channels, stride }) : x
  return stack.relu(stack.add(branch, shortcut, `${name}_add`), `${name}_out`)
}

/** Two 3 x 3 convolutions, the first with the stride. */
function basic(stack: LayerStack, x: SymbolicTensor, { name, width, stride }: Block): SymbolicTensor {
  const first = unit(stack, x, name, 1, { filters: width, kernel: 3, stride })
  return lastUnit(stack, first, name, 2, { filters: width, kernel: 3, stride: 1 })
}

/** 1 x 1, 3 x 3, 1 x 1; version 1.5 puts the stride into the 3 x 3 convolution. */
function bottleneck(
  stack: LayerStack,
  { groups = 1, widening = 1 }: ResidualForm,
  x: SymbolicTensor,
  { name, width, stride }: Block,
): SymbolicTensor {
  const inner = width * widening
  const reduced = unit(stack, x, name, 1, { filters: inner, kernel: 1, stride: 1 })
  const spatial = unit(stack, reduced, name, 2, { filters: inner, kernel: 3, stride, groups })
  return lastUnit(stack, spatial, name, 3, { filters: width * expansion.bottleneck, kernel: 1, stride: 1 })
}

type Size = Omit<Convolution, 'name'>

/** With BlurPool the convolution keeps the size, and the blur after the ReLU halves it. */
function unit(stack: LayerStack, x: SymbolicTensor, block: string, index: number, size: Size): SymbolicTensor {
  const blurred = size.stride > 1 && stack.options.blurPool
  const convolved = stack.convolution(x, { name: `${block}_conv${index}`, ...size, stride: blurred ? 1 : size.stride })
  const y = stack.relu(stack.batchNorm(convolved, `${block}_bn${index}`), `${block}_relu${index}`)
  return blurred ? stack.blurPool(y, `${block}_blur${index}`) : y
}

function lastUnit(stack: LayerStack, x: SymbolicTensor, block: string, index: number, size: Size): SymbolicTensor {
  return stack.batchNorm(stack.convolution(x, { name: `${block}_conv${index}`, ...size }), `${block}_bn${index}`, true)
}

function project(
  stack: LayerStack,
  x: SymbolicTensor,
  { name, width, stride }: Pick<Block, 'name' | 'width' | 'stride'>,
): SymbolicTensor {
  const blurred = stride > 1 && stack.options.blurPool
  const y = blurred ? stack.blurPool(x, `${name}_shortcut_blur`) : x
  const projected = stack.convolution(y, {
    name: `${name}_shortcut_conv`,
    filters: width,
    kernel: 1,
    stride: blurred ? 1 : stride,
  })
  return stack.batchNorm(projected, `${name}_shortcut_bn`)
}

/** Stages of blocks, each twice as wide as the one before; the first block of every stage but the first halves the size. */
export function residualStages(
  stack: LayerStack,
  form: ResidualForm,
  x: SymbolicTensor,
  width: number,
  depths: readonly number[],
): SymbolicTensor {
  const blocks = depths.flatMap((depth, stage) => Array.from({ length: depth }, (_, i) => ({ stage, i })))
  return blocks.reduce((y, { stage, i }, place) => {
    const stride = stage > 0 && i === 0 ? 2 : 1
    return residualBlock(stack, form, y, {
      name: `stage${stage + 1}_block${i + 1}`,
      width: width * 2 ** stage,
      stride,
      place,
      of: blocks.length,
    })
  }, x)
}
