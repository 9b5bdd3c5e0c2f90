import type { SymbolicTensor } from '@tensorflow/tfjs'
import type { ActivationName, LayerStack } from './layer-stack.ts'

/** A stage of inverted residual blocks, as a row of its paper's table. */
export interface InvertedStage {
  /** Channels inside a block, relative to its input. */
  readonly expansion: number
  readonly filters: number
  readonly blocks: number
  /** Of its first block. */
  readonly stride: number
  readonly kernel: number
}

export interface InvertedForm {
  readonly activation: ActivationName
  /** Width of the squeeze and excitation, relative to the block's input; none without. */
  readonly excitation?: number
}

interface Block extends InvertedStage {
  readonly name: string
  readonly place: number
  readonly of: number
}

/** Stages of blocks; only the first of a stage has its stride. */
export function invertedStages(
  stack: LayerStack,
  form: InvertedForm,
  x: SymbolicTensor,
  stages: readonly InvertedStage[],
): SymbolicTensor {
  const blocks = stages.flatMap((row, stage) =>
    Array.from({ length: row.blocks }, (_, i) => ({
      ...row,
      stride: i === 0 ? row.stride : 1,
      name: `stage${stage + 1}_block${i + 1}`,
    })),
  )
  return blocks.reduce((y, block, place) => invertedBlock(stack, form, y, { ...block, place, of: blocks.length }), x)
}

/**
 * 1 x 1 to many channels, a depthwise convolution, and 1 x 1 back to few without activation; plus the input where it
 * has the same shape (Sandler et al. 2018, arXiv 1801.04381, section 3).
 */
function invertedBlock(
  stack: LayerStack,
  form: InvertedForm,
  x: SymbolicTensor,
  { name, expansion, filters, stride, kernel, place, of }: Block,
): SymbolicTensor {
  const { activation, excitation } = form
  const channels = x.shape.at(-1)!
  const inner = channels * expansion
  const wide =
    expansion === 1
      ? x
      : convolutionUnit(stack, x, activation, { name: `${name}_expand`, filters: inner, kernel: 1, stride: 1 })
  const spatial = stack.batchNorm(
    stack.depthwise(wide, { name: `${name}_depthwise`, kernel, stride }),
    `${name}_depthwise_bn`,
  )
  const bent = stack.activation(spatial, `${name}_depthwise_act`, activation)
  const scaled = excitation
    ? stack.excite(bent, `${name}_se`, Math.max(1, Math.floor(channels * excitation)), activation)
    : bent
  const narrow = stack.convolution(scaled, { name: `${name}_project`, filters, kernel: 1, stride: 1 })
  const hasShortcut = stride === 1 && channels === filters
  const y = stack.batchNorm(narrow, `${name}_project_bn`, hasShortcut)
  return hasShortcut ? stack.add(stack.stochasticDepth(y, `${name}_depth`, place, of), x, `${name}_add`) : y
}

/** A convolution, a batch norm and an activation. */
export function convolutionUnit(
  stack: LayerStack,
  x: SymbolicTensor,
  activation: ActivationName,
  size: Parameters<LayerStack['convolution']>[1],
): SymbolicTensor {
  const { name } = size
  return stack.activation(stack.batchNorm(stack.convolution(x, size), `${name}_bn`), `${name}_act`, activation)
}

/** A network of a strided stem, inverted stages, a wide 1 x 1 convolution and the classifier. */
export function invertedNetwork(stack: LayerStack, form: InvertedForm, stages: readonly InvertedStage[]) {
  const image = stack.input()
  const stem = convolutionUnit(stack, image, form.activation, { name: 'stem_conv', filters: 32, kernel: 3, stride: 2 })
  const features = invertedStages(stack, form, stem, stages)
  const top = convolutionUnit(stack, features, form.activation, {
    name: 'top_conv',
    filters: 1280,
    kernel: 1,
    stride: 1,
  })
  return stack.tf.model({ inputs: image, outputs: stack.classifier(top), name: stack.options.architecture })
}
