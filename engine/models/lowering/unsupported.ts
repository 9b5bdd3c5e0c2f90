import type { LayersModel } from '@tensorflow/tfjs'
import { isContainer } from '../variables.ts'
import { refused, type LayerContext } from './layer-context.ts'

type Layer = LayersModel['layers'][number]
type Node = LayersModel['nodesByDepth'][string][number]

/** Throws `ModelError` for what no layer of a graph can have: regularizers, constraints, masks, channels first, arguments of its call but `training`, which may be false. */
export function checkCommonOptions(layer: Layer, name: string, node: Node): void {
  const context = { layer: { type: layer.getClassName(), name } }
  if (node.inputMasks.some(Boolean)) throw refused(context, 'a masked input', 'the input without a mask')
  if (node.outputTensors.length !== 1)
    throw refused(context, `${node.outputTensors.length} outputs`, 'layers with one output')
  const named = Object.entries(node.callArgs ?? {}).filter(([name, value]) => !(name === 'training' && value === false))
  if (named.length > 0)
    throw refused(context, `the argument ${named[0]![0]} in its call`, 'the layer without it, or with training=False')
  if (!isContainer(layer))
    for (const [option, value] of Object.entries(layer.getConfig())) if (value) checkOption(context, option, value)
}

function checkOption(context: Pick<LayerContext, 'layer'>, option: string, value: unknown): void {
  if (option.endsWith('Regularizer')) throw refused(context, `a ${option}`, 'the weight decay of the recipe')
  if (option.endsWith('Constraint')) throw refused(context, `a ${option}`, 'weights without constraint')
  if (option === 'dataFormat' && value === 'channelsFirst')
    throw refused(context, 'its channels first', 'dataFormat "channelsLast"')
}
