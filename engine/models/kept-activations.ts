import type { LayersModel } from '@tensorflow/tfjs'

type Node = LayersModel['nodesByDepth'][string][number]

/** Layers whose gradient needs what they took. */
const needInput: ReadonlySet<string> = new Set([
  'BatchNormalization',
  'Conv2D',
  'Dense',
  'DepthwiseConv2D',
  'GlobalMaxPooling2D',
  'GroupedConv2D',
  'LayerNormalization',
  'LayerScale',
  'LeakyReLU',
  'MaxPooling2D',
  'Maximum',
  'Minimum',
  'Multiply',
  'PReLU',
  'SeparableConv2D',
  'ThresholdedReLU',
])
/** Layers whose gradient needs what they gave. */
const needOutput: ReadonlySet<string> = new Set(['ELU', 'MaxPooling2D', 'ReLU', 'Softmax'])
/** Activations whose gradient needs what they gave; the others need what they took. */
const fromOutput: ReadonlySet<unknown> = new Set(['relu', 'relu6', 'elu', 'selu', 'sigmoid', 'softmax', 'tanh'])

/** Whether the gradients need what this use of a layer gave, so that it stays in memory from the forward pass to the backward one. */
export function keepsActivation(node: Node): boolean {
  const { outboundLayer: layer } = node
  if (needsOutput(layer)) return true
  return layer.outboundNodes.some(
    (next) => next.inputTensors.some(({ id }) => id === node.outputTensors[0]!.id) && needsInput(next.outboundLayer),
  )
}

type Layer = Node['outboundLayer']

const activationOf = (layer: Layer): unknown => layer.getConfig()['activation']
const needsOutput = (layer: Layer): boolean =>
  needOutput.has(layer.getClassName()) || fromOutput.has(activationOf(layer))
const needsInput = (layer: Layer): boolean =>
  needInput.has(layer.getClassName()) ||
  (layer.getClassName() === 'Activation' && activationOf(layer) !== 'linear' && !fromOutput.has(activationOf(layer)))
