import type { io, LayersModel } from '@tensorflow/tfjs'
import { AnnealError, ModelError, RecipeError } from '../../../shared/errors.ts'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { drawWeights } from '../initial-weights.ts'
import { registerCustomLayers } from '../layers/index.ts'
import { refusalsOf } from '../lowering/refusals.ts'
import { layerLowerings } from '../lowering/registry.ts'
import { fromLayers } from '../model.ts'
import { adaptModel } from './adapt-model.ts'
import { parseModelJson, type ModelJson } from './keras-json.ts'
import { unknownOptions } from './passed-over.ts'
import { readModelFile, type ModelFile } from './read-model-file.ts'
import type { ModelOptions } from '../model-options.ts'

type FileOptions = Pick<ModelOptions, 'file' | 'imageSize' | 'channels' | 'classes' | 'seed' | 'initialization'>

/**
 * The network of a file, `model.json` of tf.layers or the JSON of Keras 2 or 3, with the file's weights or with fresh
 * ones. Its outputs are taken as logits: a softmax or sigmoid at its end is left out.
 * Throws `ModelError` that lists everything that cannot be lowered, or says how image or classes differ.
 */
export async function fromFile(tf: TensorFlowJs, options: FileOptions): Promise<LayersModel> {
  const { file, seed, initialization } = options
  const content = readModelFile(file)
  const { topology, problems } = adaptModel(parseModelJson(content.topology, content.writer), options)
  if (problems.length > 0) throw notLowerable(file, problems)
  const model = await build(tf, file, topology, content.weights)
  try {
    const unknown = unknownOptions(model, topology)
    if (unknown.length > 0) throw notLowerable(file, unknown)
    checkFits(model, options)
    const refusals = refusalsOf(fromLayers(model))
    if (refusals.length > 0) throw notLowerable(file, refusals)
    if (!content.weights) drawWeights(model, { seed, initialization })
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

async function build(
  tf: TensorFlowJs,
  file: string,
  topology: ModelJson,
  weights: ModelFile['weights'],
): Promise<LayersModel> {
  registerCustomLayers(tf)
  try {
    // tf.layers says of itself that it is TensorFlow.js, of any version, and asks for no more.
    const artifacts: io.ModelArtifacts = { modelTopology: topology, ...weights }
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts))
    // A sequential model connects its layers when it is first used.
    if (model instanceof tf.Sequential) model.build()
    return model
  } catch (error) {
    if (error instanceof AnnealError) throw error
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
    throw new ModelError(
      `tf.layers cannot build the model of ${file} (${reason}); correct the file, or export it again.`,
      { cause: error },
    )
  }
}

function notLowerable(file: string, problems: readonly string[]): ModelError {
  const known = [...layerLowerings.keys()].join(', ')
  return new ModelError(
    `The model of ${file} cannot be lowered to a TensorFlow graph:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nChange these layers; what can be used are ${known}.`,
  )
}

function checkFits(model: LayersModel, { file, imageSize, channels, classes }: FileOptions): void {
  const [, height, width, depth] = model.inputs[0]!.shape
  if (
    model.inputs.length === 1 &&
    model.inputs[0]!.shape.length === 4 &&
    (height !== imageSize || width !== imageSize || depth !== channels)
  )
    throw new RecipeError(
      `The model of ${file} takes images of ${height} x ${width} x ${depth} and the recipe makes ${imageSize} x ${imageSize} x ${channels}; set data.imageSize and data.channels to what the model takes.`,
    )
  const output = model.outputs[0]!
  if (model.outputs.length === 1 && (output.shape.length !== 2 || output.shape[1] !== classes))
    throw new ModelError(
      `The model of ${file} gives [${output.shape.slice(1).join()}] for an image and the dataset has ${classes} classes; make its last layer, "${output.sourceLayer.name}", give ${classes} values.`,
    )
}
