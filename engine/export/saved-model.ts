import { describeOperation, dtypeCode } from '../tensorflow/c-api/index.ts'
import { bytesField, message, varintField } from '../../storage/protobuf.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/** What those who load a model call its graph for inference, and the one way to call it. */
export const SERVING = { tag: 'serve', signature: 'serving_default', method: 'tensorflow/serving/predict' } as const

/** Inputs and outputs by the names that callers use. */
export interface Signature {
  readonly inputs: Readonly<Record<string, Output>>
  readonly outputs: Readonly<Record<string, Output>>
}

/** Where a map field of protocol buffers has its key and its value. */
const KEY = 1
const VALUE = 2

/**
 * The content of `saved_model.pb`: a graph without variables, and how to call it.
 * Fields by number: `saved_model.proto` and `meta_graph.proto` of TensorFlow.
 */
export function savedModel(g: GraphBuilder, signature: Signature, tensorFlow: string): Uint8Array {
  const META_INFO = { tags: 4, version: 5 }
  const META_GRAPH = { info: 1, graph: 2, signatures: 5 }
  const MODEL = { schemaVersion: 1, metaGraphs: 2 }
  const info = message(bytesField(META_INFO.tags, SERVING.tag), bytesField(META_INFO.version, tensorFlow))
  const signatures = entry(SERVING.signature, signatureDef(g, signature))
  const metaGraph = message(
    bytesField(META_GRAPH.info, info),
    bytesField(META_GRAPH.graph, g.graph.toGraphDef()),
    bytesField(META_GRAPH.signatures, signatures),
  )
  return message(varintField(MODEL.schemaVersion, 1), bytesField(MODEL.metaGraphs, metaGraph))
}

function signatureDef(g: GraphBuilder, { inputs, outputs }: Signature): Uint8Array {
  const FIELD = { inputs: 1, outputs: 2, method: 3 }
  const all = (number: number, tensors: Readonly<Record<string, Output>>) =>
    Object.entries(tensors).map(([name, tensor]) => bytesField(number, entry(name, tensorInfo(g, tensor))))
  return message(...all(FIELD.inputs, inputs), ...all(FIELD.outputs, outputs), bytesField(FIELD.method, SERVING.method))
}

function tensorInfo(g: GraphBuilder, output: Output): Uint8Array {
  const FIELD = { name: 1, dtype: 2, shape: 3 }
  const SHAPE = { dimension: 2 }
  const SIZE = 1
  const dimensions = (g.shapeOf(output) ?? []).map((size) => bytesField(SHAPE.dimension, varintField(SIZE, size ?? -1)))
  const name = `${describeOperation(output.oper).name}:${output.index}`
  return message(
    bytesField(FIELD.name, name),
    varintField(FIELD.dtype, dtypeCode(g.dtypeOf(output))),
    bytesField(FIELD.shape, message(...dimensions)),
  )
}

const entry = (key: string, value: Uint8Array): Uint8Array => message(bytesField(KEY, key), bytesField(VALUE, value))
