import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import { isContainer, type VariableSpec } from './variables.ts'

/** The two variables that hold the range of a tensor: scalars, the smallest and the largest value that rounding keeps. */
export interface RangeSpec {
  readonly min: VariableSpec
  readonly max: VariableSpec
}

/** Layers that 8-bit hardware computes together with the layer before: what they take is never stored. */
const fused: ReadonlySet<string> = new Set([
  'Activation',
  'BatchNormalization',
  'Dropout',
  'ELU',
  'LayerNormalization',
  'LeakyReLU',
  'PReLU',
  'ReLU',
  'Softmax',
  'ThresholdedReLU',
])

/** Layers that give values they were given, and zeroes: rounded before, they need no rounding after. */
const movers: ReadonlySet<string> = new Set([
  'Flatten',
  'GlobalMaxPooling2D',
  'MaxPooling2D',
  'Permute',
  'Reshape',
  'ZeroPadding2D',
])

/**
 * The tensors that quantisation-aware training rounds, by their ids: whatever a layer takes, unless it is fused with the
 * layer before, or was rounded already and only moved since.
 */
export function roundedTensors(model: LayersModel, path = ''): Map<number, RangeSpec> {
  const found = new Map<number, RangeSpec>()
  for (const node of Object.values(model.nodesByDepth).flat()) {
    const layer = node.outboundLayer
    if (isContainer(layer))
      for (const [id, range] of roundedTensors(layer, `${path}${layer.name}/`)) found.set(id, range)
    else if (takesRounded(layer.getClassName()))
      for (const tensor of node.inputTensors.filter(needsRounding)) found.set(tensor.id, rangeOf(tensor, path))
  }
  return found
}

/** Whether a layer of this class is given rounded values. */
export const takesRounded = (layer: string): boolean => layer !== 'InputLayer' && !fused.has(layer)

const needsRounding = (tensor: SymbolicTensor): boolean => !movers.has(tensor.sourceLayer.getClassName())

/** Named after the layer that gives the tensor, e.g. `stem_relu/output_min`; a further use of a layer has its number at the end. */
function rangeOf({ sourceLayer, nodeIndex }: SymbolicTensor, path: string): RangeSpec {
  // tf.layers numbers the inputs that were given no name, anew in every process.
  const isImage = path === '' && sourceLayer.getClassName() === 'InputLayer'
  const name = `${path}${isImage ? 'image' : sourceLayer.name}/output`
  const use = nodeIndex > 0 ? `_${nodeIndex}` : ''
  return {
    min: { name: `${name}_min${use}`, shape: [], role: 'rangeMin', trainable: false },
    max: { name: `${name}_max${use}`, shape: [], role: 'rangeMax', trainable: false },
  }
}
