import { dtypeFromCode, type DType } from './dtype.ts'
import { setEagerAttr } from './eager-attributes.ts'
import { declare, type Pointer } from './native.ts'
import type { AttrValue } from './operation.ts'
import { Owned } from './owned.ts'
import { bytesField, message, varintField } from '../../../storage/protobuf.ts'
import { checked } from './status.ts'
import { Tensor } from './tensor.ts'

const newOptions = declare<[], Pointer>('TFE_ContextOptions* TFE_NewContextOptions()')
const deleteOptions = declare<[Pointer], void>('void TFE_DeleteContextOptions(TFE_ContextOptions*)')
const setConfig = declare<[Pointer, Uint8Array, number, Pointer], void>(
  'void TFE_ContextOptionsSetConfig(TFE_ContextOptions*, const void*, size_t, TF_Status*)',
)
const newContext = declare<[Pointer, Pointer], Pointer>('TFE_Context* TFE_NewContext(TFE_ContextOptions*, TF_Status*)')
const deleteContext = declare<[Pointer], void>('void TFE_DeleteContext(TFE_Context*)')
const newHandle = declare<[Pointer, Pointer], Pointer>('TFE_TensorHandle* TFE_NewTensorHandle(TF_Tensor*, TF_Status*)')
const deleteHandle = declare<[Pointer], void>('void TFE_DeleteTensorHandle(TFE_TensorHandle*)')
const handleType = declare<[Pointer], number>('int TFE_TensorHandleDataType(TFE_TensorHandle*)')
const handleRank = declare<[Pointer, Pointer], number>('int TFE_TensorHandleNumDims(TFE_TensorHandle*, TF_Status*)')
const handleDim = declare<[Pointer, number, Pointer], number>(
  'int64_t TFE_TensorHandleDim(TFE_TensorHandle*, int, TF_Status*)',
)
const resolve = declare<[Pointer, Pointer], Pointer>(
  'TF_Tensor* TFE_TensorHandleResolve(TFE_TensorHandle*, TF_Status*)',
)
const newOp = declare<[Pointer, string, Pointer], Pointer>('TFE_Op* TFE_NewOp(TFE_Context*, const char*, TF_Status*)')
const deleteOp = declare<[Pointer], void>('void TFE_DeleteOp(TFE_Op*)')
const addInput = declare<[Pointer, Pointer, Pointer], void>(
  'void TFE_OpAddInput(TFE_Op*, TFE_TensorHandle*, TF_Status*)',
)
const addInputList = declare<[Pointer, Pointer[], number, Pointer], void>(
  'void TFE_OpAddInputList(TFE_Op*, TFE_TensorHandle**, int, TF_Status*)',
)
const execute = declare<[Pointer, (Pointer | null)[], number[], Pointer], void>(
  'void TFE_Execute(TFE_Op*, _Out_ TFE_TensorHandle**, _Inout_ int*, TF_Status*)',
)

/** A tensor inside the eager runtime. Its owner disposes it. */
export class TensorHandle extends Owned {
  readonly dtype: DType
  readonly shape: readonly number[]

  /** Takes ownership of a `TFE_TensorHandle*`. */
  constructor(pointer: Pointer) {
    super('TensorHandle', pointer, deleteHandle)
    this.dtype = dtypeFromCode(handleType(pointer))
    this.shape = checked('TFE_TensorHandleNumDims', (status) =>
      Array.from({ length: handleRank(pointer, status) }, (_, axis) => Number(handleDim(pointer, axis, status))),
    )
  }

  /** Shares the memory of a tensor, which may be disposed afterwards unless it holds strings: see {@link EagerContext.strings}. */
  static of(tensor: Tensor): TensorHandle {
    return new TensorHandle(checked('TFE_NewTensorHandle', (status) => newHandle(tensor.pointer, status)))
  }

  /** The value, in the host's memory. The caller disposes it. */
  toTensor(): Tensor {
    return Tensor.adopt(checked('TFE_TensorHandleResolve', (status) => resolve(this.pointer, status)))
  }
}

class EagerOp extends Owned {
  constructor(context: EagerContext, type: string) {
    super(
      'EagerOp',
      checked(type, (status) => newOp(context.pointer, type, status)),
      deleteOp,
    )
  }
}

export interface EagerOptions {
  /** Leave out every device but the CPU. */
  readonly cpuOnly?: boolean
}

/** `ConfigProto` of `config.proto`. */
function configProto({ cpuOnly = false }: EagerOptions): Uint8Array {
  const DEVICE_COUNT = 1
  const GPU_OPTIONS = 6
  const GPU_ALLOW_GROWTH = 4
  const noGpu = bytesField(DEVICE_COUNT, message(bytesField(1, 'GPU'), varintField(2, 0)))
  return message(...(cpuOnly ? [noGpu] : []), bytesField(GPU_OPTIONS, varintField(GPU_ALLOW_GROWTH, true)))
}

function open(options: EagerOptions): Pointer {
  const native = newOptions()
  try {
    const config = configProto(options)
    checked('TFE_ContextOptionsSetConfig', (status) => setConfig(native, config, config.length, status))
    return checked('TFE_NewContext', (status) => newContext(native, status))
  } finally {
    deleteOptions(native)
  }
}

/** TensorFlow's eager runtime: runs one op at a time, at once. */
export class EagerContext extends Owned {
  constructor(options: EagerOptions = {}) {
    super('EagerContext', open(options), deleteContext)
  }

  /**
   * Runs an op and gives its outputs, which the caller disposes.
   * @param inputs in the op's order; an array stands for a list input
   * @param outputs at least as many as the op has
   * @throws TensorFlowError for an unknown op or attribute, or where the op refuses its inputs
   */
  execute(
    type: string,
    inputs: readonly (TensorHandle | readonly TensorHandle[])[],
    attrs: Readonly<Record<string, AttrValue>> = {},
    outputs = 1,
  ): TensorHandle[] {
    using op = new EagerOp(this, type)
    for (const input of inputs) checked(type, (status) => add(op.pointer, input, status))
    for (const [name, value] of Object.entries(attrs)) setEagerAttr(op.pointer, type, name, value)
    const results = new Array<Pointer | null>(outputs).fill(null)
    const count = [outputs]
    checked(type, (status) => execute(op.pointer, results, count, status))
    return results.slice(0, count[0]).map((pointer) => new TensorHandle(pointer!))
  }

  /**
   * A handle of strings or bytes. TensorFlow shares a tensor's strings without taking them over, so the handle
   * that is given back is a copy made by an op of its own.
   */
  strings(shape: readonly number[], values: readonly (string | Uint8Array)[]): TensorHandle {
    using tensor = Tensor.strings(shape, values)
    using shared = TensorHandle.of(tensor)
    return this.execute('StringJoin', [[shared]])[0]!
  }
}

function add(op: Pointer, input: TensorHandle | readonly TensorHandle[], status: Pointer): void {
  if (input instanceof TensorHandle) addInput(op, input.pointer, status)
  else
    addInputList(
      op,
      input.map(({ pointer }) => pointer),
      input.length,
      status,
    )
}
