import { TensorFlowError } from '../../../shared/errors.ts'
import { declare, type Pointer } from './native.ts'

const newStatus = declare<[], Pointer>('TF_Status* TF_NewStatus()')
const deleteStatus = declare<[Pointer], void>('void TF_DeleteStatus(TF_Status*)')
const getCode = declare<[Pointer], number>('int TF_GetCode(TF_Status*)')
const getMessage = declare<[Pointer], string>('const char* TF_Message(TF_Status*)')

/** The canonical status codes of `tsl/protobuf/error_codes.proto`, by number. */
const codeNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

function throwUnlessOk(status: Pointer, op: string): void {
  const code = getCode(status)
  if (code !== 0) throw new TensorFlowError(codeNames[code] ?? `CODE_${code}`, getMessage(status), op)
}

/** Calls with a fresh status and throws `TensorFlowError`, naming `op`, unless it ends as OK. */
export function checked<R>(op: string, call: (status: Pointer) => R): R {
  const status = newStatus()
  try {
    const result = call(status)
    throwUnlessOk(status, op)
    return result
  } finally {
    deleteStatus(status)
  }
}

/** As {@link checked}, for a call that ends later. */
export async function checkedAsync<R>(op: string, call: (status: Pointer) => Promise<R>): Promise<R> {
  const status = newStatus()
  try {
    const result = await call(status)
    throwUnlessOk(status, op)
    return result
  } finally {
    deleteStatus(status)
  }
}
