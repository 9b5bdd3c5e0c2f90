import { CheckpointError, StorageError, TensorFlowError } from '../../shared/errors.ts'
import { initialValues, type Model, type Variables } from '../models/index.ts'
import { Tensor, type DType, type Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'

/** Where a run stands, besides its tensors. */
export interface Counters {
  /** Optimizer steps done. */
  readonly step: number
  /** Training samples consumed. */
  readonly position: number
  readonly seed: number
}

/** A tensor of a checkpoint. */
export interface StateTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** Everything a step changes: the model's variables and, where there is training, the velocities of the optimizer. */
export interface TrainingState {
  readonly velocities: ReadonlyMap<string, Output>
  readonly tensors: readonly StateTensor[]
  /** First weights into the variables, zeroes into the velocities. */
  initialise(session: Session, model: Model): Promise<void>
  /** Writes a TensorFlow checkpoint: `<prefix>.index` and `<prefix>.data-00000-of-00001`. Throws `StorageError`. */
  save(session: Session, prefix: string, counters: Counters): Promise<void>
  /** Reads one. Throws `CheckpointError` where a tensor is missing or has another shape. */
  restore(session: Session, prefix: string): Promise<void>
}

interface Stored extends StateTensor {
  readonly handle: Output
}

const counterNames = ['step', 'position', 'seed'] as const
const velocityName = (name: string) => `optimizer/velocity/${name}`

/** Declares the state of a model in a graph. Without an optimizer, only the model's own variables are kept. */
export function declareState(g: GraphBuilder, variables: Variables, { optimizer }: { optimizer: boolean }): TrainingState {
  return g.withName('state', () => {
    const weights = [...variables.values()].map(({ name, shape, handle }): Stored => ({ name, shape, dtype: 'float32', handle }))
    const velocities = optimizer ? [...variables.values()].filter((variable) => variable.trainable).map((v) => velocity(g, v)) : []
    const stored = [...weights, ...velocities.map(({ stored }) => stored)]
    const save = buildSave(g, stored)
    const restore = buildRestore(g, stored)
    return {
      velocities: new Map(velocities.map(({ of, stored }) => [of, stored.handle])),
      tensors: [...stored.map(({ name, shape, dtype }) => ({ name, shape, dtype })), ...counterNames.map((name) => ({ name, shape: [], dtype: 'int64' as const }))],
      initialise: (session, model) => initialise(g, session, model, variables, velocities.map(({ stored }) => stored)),
      save,
      restore,
    }
  })
}

function velocity(g: GraphBuilder, { name, shape }: { name: string; shape: readonly number[] }) {
  const stored: Stored = { name: velocityName(name), shape, dtype: 'float32', handle: resource(g, velocityName(name), shape) }
  return { of: name, stored }
}

const resource = (g: GraphBuilder, name: string, shape: readonly number[]): Output =>
  g.op('VarHandleOp', [], { dtype: 'float32', shape, shared_name: name }, name)

/** One run assigns everything: TensorFlow goes over the whole graph anew for every new set of targets. */
async function initialise(g: GraphBuilder, session: Session, model: Model, variables: Variables, velocities: readonly Stored[]): Promise<void> {
  const zeroes = velocities.map(({ handle, shape }) =>
    g.operation('AssignVariableOp', [handle, g.op('Fill', [g.constant(shape, 'int32', [shape.length]), g.constant(0)])], { dtype: 'float32' }),
  )
  const values = [...initialValues(model)].map(({ name, tensor }) => ({ placeholder: g.placeholder('float32', tensor.shape, 'initial_value'), name, tensor }))
  const assigns = values.map(({ name, placeholder }) => g.operation('AssignVariableOp', [variables.get(name)!.handle, placeholder], { dtype: 'float32' }))
  try {
    await session.run({ feeds: values.map(({ placeholder, tensor }) => [placeholder, tensor] as const), targets: [...zeroes, ...assigns] })
  } finally {
    for (const { tensor } of values) tensor.dispose()
  }
}

function buildSave(g: GraphBuilder, stored: readonly Stored[]): TrainingState['save'] {
  const prefix = g.placeholder('string', [], 'save_prefix')
  const counters = counterNames.map((name) => g.placeholder('int64', [], name))
  const reads = stored.map(({ handle, dtype }) => g.op('ReadVariableOp', [handle], { dtype }))
  const names = [...stored.map(({ name }) => name), ...counterNames]
  const save = g.operation('SaveV2', [prefix, texts(g, names), texts(g, names.map(() => '')), [...reads, ...counters]])
  return async (session, path, values) => {
    using path_ = Tensor.strings([], [path])
    const scalars = counterNames.map((name) => Tensor.scalar('int64', values[name]))
    try {
      await session.run({ feeds: [[prefix, path_], ...counters.map((output, i) => [output, scalars[i]!] as const)], targets: [save] })
    } catch (error) {
      throw saveError(error)
    } finally {
      for (const scalar of scalars) scalar.dispose()
    }
  }
}

const texts = (g: GraphBuilder, values: readonly string[]): Output => g.constantTensor(Tensor.strings([values.length], values))

function saveError(error: unknown): unknown {
  if (!(error instanceof TensorFlowError)) return error
  const full = /no space left/i.test(error.detail)
  if (error.code === 'RESOURCE_EXHAUSTED' && !full) return error
  const what = full ? 'the disk is full; free some space' : 'its folder cannot be written; check its permissions'
  return new StorageError(`The checkpoint could not be saved: ${what}, then resume the run.`, { cause: error })
}

function buildRestore(g: GraphBuilder, stored: readonly Stored[]): TrainingState['restore'] {
  const prefix = g.placeholder('string', [], 'restore_prefix')
  const names = stored.map(({ name }) => name)
  const restored = g.operation('RestoreV2', [prefix, texts(g, names), texts(g, names.map(() => ''))], { dtypes: stored.map(({ dtype }) => dtype) })
  const assigned = stored.map(({ handle, dtype, shape }, i) => assign(g, handle, restored.output(i), dtype, shape))
  const all = g.group(assigned, 'restore')
  return async (session, path) => {
    using path_ = Tensor.strings([], [path])
    try {
      await session.run({ feeds: [[prefix, path_]], targets: [all] })
    } catch (error) {
      if (!(error instanceof TensorFlowError) || error.code === 'RESOURCE_EXHAUSTED') throw error
      throw new CheckpointError('The checkpoint does not hold the weights of this network; choose another checkpoint or the recipe it was made with.', { cause: error })
    }
  }
}

function assign(g: GraphBuilder, handle: Output, value: Output, dtype: DType, shape: readonly number[]): Operation {
  const checked = g.op('EnsureShape', [value], { shape })
  return g.operation('AssignVariableOp', [handle, checked], { dtype })
}
