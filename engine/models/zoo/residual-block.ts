import type { SymbolicTensor } from '@tensorflow/tfjs'
import type { LayerStack } from './layer-stack.ts'

export type BlockKind = 'basic' | 'bottleneck'

export interface Block {
  readonly name: string
  /** Channels of the inner convolutions; a bottleneck gives out four times as many. */
  readonly width: number
  readonly stride: number
}

export const expansion: Readonly<Record<BlockKind, number>> = { basic: 1, bottleneck: 4 }

/**
 * A residual block: ReLU of what its convolutions make of the input, plus the input. Where size or channels change,
 * the input takes a 1 x 1 convolution of the same stride and a batch norm (He et al. 2015, option B).
 */
export function residualBlock(stack: LayerStack, kind: BlockKind, x: SymbolicTensor, block: Block): SymbolicTensor {
  const { name, width, stride } = block
  const channels = width * expansion[kind]
  const branch = kind === 'basic' ? basic(stack, x, block) : bottleneck(stack, x, block)
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
function bottleneck(stack: LayerStack, x: SymbolicTensor, { name, width, stride }: Block): SymbolicTensor {
  const reduced = unit(stack, x, name, 1, { filters: width, kernel: 1, stride: 1 })
  const spatial = unit(stack, reduced, name, 2, { filters: width, kernel: 3, stride })
  return lastUnit(stack, spatial, name, 3, { filters: width * expansion.bottleneck, kernel: 1, stride: 1 })
}

interface Size {
  readonly filters: number
  readonly kernel: number
  readonly stride: number
}

function unit(stack: LayerStack, x: SymbolicTensor, block: string, index: number, size: Size): SymbolicTensor {
  const convolved = stack.convolution(x, { name: `${block}_conv${index}`, ...size })
  return stack.relu(stack.batchNorm(convolved, `${block}_bn${index}`), `${block}_relu${index}`)
}

function lastUnit(stack: LayerStack, x: SymbolicTensor, block: string, index: number, size: Size): SymbolicTensor {
  return stack.batchNorm(stack.convolution(x, { name: `${block}_conv${index}`, ...size }), `${block}_bn${index}`, true)
}

function project(stack: LayerStack, x: SymbolicTensor, { name, width, stride }: Block): SymbolicTensor {
  const projected = stack.convolution(x, { name: `${name}_shortcut_conv`, filters: width, kernel: 1, stride })
  return stack.batchNorm(projected, `${name}_shortcut_bn`)
}

/** Stages of blocks, each twice as wide as the one before; the first block of every stage but the first halves the size. */
export function residualStages(stack: LayerStack, kind: BlockKind, x: SymbolicTensor, width: number, depths: readonly number[]): SymbolicTensor {
  let y = x
  depths.forEach((depth, stage) => {
    for (let i = 0; i < depth; i++) {
      const stride = stage > 0 && i === 0 ? 2 : 1
      y = residualBlock(stack, kind, y, { name: `stage${stage + 1}_block${i + 1}`, width: width * 2 ** stage, stride })
    }
  })
  return y
}
