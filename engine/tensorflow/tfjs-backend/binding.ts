import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import { ModelError } from '../../../shared/errors.ts'
import {
  dtypeCode,
  dtypeFromCode,
  tensorFlowVersion,
  type AttrValue,
  type EagerContext,
  type TensorHandle,
} from '../c-api/index.ts'
import { toHandle, toValues } from './values.ts'

/** `TF_AttrType` of the C API. */
const attrTypes = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5, resource: 8 }

/** What tfjs-node's kernels hand over as an attribute. */
interface KernelAttr {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What tfjs-node's backend reads of an output. */
export interface OutputInfo {
  readonly id: number
  readonly dtype: number
  readonly shape: number[]
}

/** The value as the C API takes it: element types by name, and no fraction where random seeds are drawn with one. */
function attrValue({ type, value }: KernelAttr): AttrValue {
  if (type === attrTypes.type) return dtypeFromCode(value as number)
  if (type === attrTypes.int && typeof value === 'number') return Math.trunc(value)
  return value as AttrValue
}

const namedAttrs = (attrs: readonly KernelAttr[]): Record<string, AttrValue> =>
  Object.fromEntries(attrs.map((attr) => [attr.name, attrValue(attr)]))

/** Handles under the numbers that tfjs-node's backend knows them by. */
export class HandleTable {
  readonly #handles = new Map<number, TensorHandle>()
  #next = 0

  get size(): number {
    return this.#handles.size
  }

  add(handle: TensorHandle): number {
    this.#handles.set(this.#next, handle)
    return this.#next++
  }

  get(id: number): TensorHandle {
    const handle = this.#handles.get(id)
    if (!handle) throw new RangeError(`tensor ${id} was deleted or never made`)
    return handle
  }

  delete(id: number): void {
    this.get(id).dispose()
    this.#handles.delete(id)
  }
}

/** Takes over a handle, and says of it what the backend reads of an output. */
export const describeHandle = (handles: HandleTable, handle: TensorHandle): OutputInfo => ({
  id: handles.add(handle),
  dtype: dtypeCode(handle.dtype),
  shape: [...handle.shape],
})

const noSavedModels = (): never => {
  throw new ModelError('SavedModels cannot be loaded here; convert the model to a tf.layers or Keras JSON model first.')
}

const constants = {
  TF_FLOAT: dtypeCode('float32'),
  TF_INT32: dtypeCode('int32'),
  TF_INT64: dtypeCode('int64'),
  TF_UINT8: dtypeCode('uint8'),
  TF_BOOL: dtypeCode('bool'),
  TF_COMPLEX64: dtypeCode('complex64'),
  TF_STRING: dtypeCode('string'),
  TF_RESOURCE: dtypeCode('resource'),
  TF_ATTR_STRING: attrTypes.string,
  TF_ATTR_INT: attrTypes.int,
  TF_ATTR_FLOAT: attrTypes.float,
  TF_ATTR_BOOL: attrTypes.bool,
  TF_ATTR_TYPE: attrTypes.type,
  TF_ATTR_SHAPE: attrTypes.shape,
  TF_ATTR_RESOURCE: attrTypes.resource,
}

/** The binding but for two classes that it only has to name types. */
export type Binding = Omit<TFJSBinding, 'TensorMetadata' | 'TFEOpAttr'>

/**
 * The object that stands for tfjs-node's compiled addon (`tfjs_binding.d.ts` there): the same functions on
 * TensorFlow's eager runtime. Everything runs on the CPU.
 */
export function createBinding(context: EagerContext, handles: HandleTable): Binding {
  const describe = (handle: TensorHandle) => describeHandle(handles, handle)
  return {
    ...constants,
    TF_Version: tensorFlowVersion(),
    createTensor: (shape, dtype, values) => handles.add(toHandle(context, dtypeFromCode(dtype), shape, values)),
    deleteTensor: (id) => handles.delete(id),
    tensorDataSync: (id) => toValues(handles.get(id)),
    executeOp: (type, attrs, inputs, outputs) =>
      context
        .execute(
          type,
          inputs.map((id) => handles.get(id)),
          namedAttrs(attrs),
          outputs,
        )
        .map(describe),
    getNumOfTensors: () => handles.size,
    isUsingGpuDevice: () => false,
    loadSavedModel: noSavedModels,
    deleteSavedModel: noSavedModels,
    runSavedModel: noSavedModels,
    getNumOfSavedModels: () => 0,
  }
}
