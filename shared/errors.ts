/**
 * The named errors of Anneal. Each message is one sentence that says what is wrong and what to do.
 * An error crosses a process as {@link ErrorRecord} and comes back as an instance of the same class, one of a class that
 * is not listed here as the nearest that is.
 */
export interface ErrorRecord {
  name: string
  message: string
  cause?: string
  /** What a {@link TensorFlowError} says besides its message. */
  tensorFlow?: { readonly code: string; readonly detail: string; readonly op: string }
}

/** The base of every error that is meant to be read by a person; anything else is a defect of Anneal. */
export class AnnealError extends Error {
  override get name(): string {
    return this.constructor.name
  }
}

/** The command line or a call was used wrongly: an unknown option, a missing argument. */
export class UsageError extends AnnealError {}
/** A recipe has an unknown key, a wrong type or a value out of its range. */
export class RecipeError extends AnnealError {}
/** A dataset folder is missing, empty, damaged, or does not fit the recipe. */
export class DatasetError extends AnnealError {}
/** A run does not exist, is in use, or its folder cannot be read. */
export class RunError extends AnnealError {}
/** A checkpoint is missing, incomplete or damaged. */
export class CheckpointError extends AnnealError {}
/** A model has a layer or an option that cannot be lowered to a TensorFlow graph, or an unknown name. */
export class ModelError extends AnnealError {}
/** A file or folder of ours cannot be written: full disk, read-only home, missing permission. */
export class StorageError extends AnnealError {}
/** The TensorFlow library is missing, damaged or of another version. */
export class TensorFlowLibraryError extends AnnealError {}
/** The process that trains ended without a word. */
export class TrainerLostError extends AnnealError {}
/** The loss became NaN or infinite. */
export class DivergedError extends AnnealError {}
/** A training step does not fit into the memory of its device. */
export class OutOfMemoryError extends AnnealError {}
/** The device that was asked for cannot be used. */
export class DeviceError extends AnnealError {}
/** A native object was used after it had been disposed. */
export class DisposedError extends AnnealError {}

/** A status other than OK that TensorFlow returned. */
export class TensorFlowError extends AnnealError {
  constructor(
    /** The canonical status code, e.g. `INVALID_ARGUMENT`. */
    readonly code: string,
    /** TensorFlow's own message. */
    readonly detail: string,
    /** The op or the call that failed. */
    readonly op: string,
  ) {
    super(`TensorFlow refused ${op} (${code}): ${detail}`)
  }
}

const classes = {
  AnnealError,
  UsageError,
  RecipeError,
  DatasetError,
  RunError,
  CheckpointError,
  ModelError,
  StorageError,
  TensorFlowLibraryError,
  TrainerLostError,
  DivergedError,
  OutOfMemoryError,
  DeviceError,
  DisposedError,
}

/** What crosses a process boundary in place of an error object. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const record: ErrorRecord = { name: listedName(error), message: error.message }
  if (error instanceof TensorFlowError) record.tensorFlow = { code: error.code, detail: error.detail, op: error.op }
  if (error.cause instanceof Error) record.cause = error.cause.message
  else if (typeof error.cause === 'string') record.cause = error.cause
  return record
}

function listedName(error: Error): string {
  if (!(error instanceof AnnealError) || error instanceof TensorFlowError) return error.name
  const listed = new Set<unknown>(Object.values(classes))
  let ancestor = error.constructor
  while (!listed.has(ancestor)) ancestor = Object.getPrototypeOf(ancestor) as typeof ancestor
  return ancestor.name
}

/** The error that {@link toErrorRecord} described: of its own class where that is one of ours. */
export function fromErrorRecord({ name, message, cause, tensorFlow }: ErrorRecord): Error {
  const error = rebuild(name, message, tensorFlow)
  if (cause !== undefined) error.cause = new Error(cause)
  return error
}

function rebuild(name: string, message: string, tensorFlow: ErrorRecord['tensorFlow']): Error {
  if (tensorFlow) return new TensorFlowError(tensorFlow.code, tensorFlow.detail, tensorFlow.op)
  if (Object.hasOwn(classes, name)) return new classes[name as keyof typeof classes](message)
  return Object.assign(new Error(message), { name })
}
