import { basename, dirname, join } from 'node:path'
import { CheckpointError, StorageError, TensorFlowError } from '../../shared/errors.ts'
import { LiteralPath, Tensor, type DType, type Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Operation, Output } from '../tensorflow/graph/builder.ts'

/** Where a run stands, besides its tensors. */
export interface Counters {
  /** Optimizer steps done. */
  readonly step: number
  /** Training samples consumed. */
  readonly position: number
  readonly seed: number
}

export const counterNames = ['step', 'position', 'seed'] as const

/** A tensor of a checkpoint. */
export interface StateTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** A tensor of a checkpoint and the resource handle of the variable that it is read from and written to. */
export interface Stored extends StateTensor {
  readonly handle: Output
}

/** Writes a TensorFlow checkpoint: `<prefix>.index` and `<prefix>.data-00000-of-00001`. Throws `StorageError`. */
export type Save = (session: Session, prefix: string, counters: Counters) => Promise<void>

export function buildSave(g: GraphBuilder, stored: readonly Stored[]): Save {
  const prefix = g.placeholder('string', [], 'save_prefix')
  const counters = counterNames.map((name) => g.placeholder('int64', [], name))
  const reads = stored.map(({ handle, dtype }) => g.op('ReadVariableOp', [handle], { dtype }))
  const names = [...stored.map(({ name }) => name), ...counterNames]
  const save = g.operation('SaveV2', [
    prefix,
    texts(g, names),
    texts(
      g,
      names.map(() => ''),
    ),
    [...reads, ...counters],
  ])
  return async (session, path, values) => {
    using path_ = Tensor.strings([], [path])
    const scalars = counterNames.map((name) => Tensor.scalar('int64', values[name]))
    try {
      await session.run({
        feeds: [[prefix, path_], ...counters.map((output, i) => [output, scalars[i]!] as const)],
        targets: [save],
      })
    } catch (error) {
      throw saveError(error)
    } finally {
      for (const scalar of scalars) scalar.dispose()
    }
  }
}

const texts = (g: GraphBuilder, values: readonly string[]): Output =>
  g.constantTensor(Tensor.strings([values.length], values))

function saveError(error: unknown): unknown {
  if (!(error instanceof TensorFlowError)) return error
  const full = /no space left/i.test(error.detail)
  if (error.code === 'RESOURCE_EXHAUSTED' && !full) return error
  const what = full ? 'the disk is full; free some space' : 'its folder cannot be written; check its permissions'
  return new StorageError(
    `The checkpoint could not be saved: ${what}, then resume the run, or start it again where it has no checkpoint yet.`,
    { cause: error },
  )
}

/** Reads a checkpoint. Throws `CheckpointError` where a tensor is missing or has another shape. */
export type Restore = (session: Session, prefix: string) => Promise<void>

/** @param others operations to run with it */
export function buildRestore(g: GraphBuilder, stored: readonly Stored[], others: readonly Operation[] = []): Restore {
  const prefix = g.placeholder('string', [], 'restore_prefix')
  const names = stored.map(({ name }) => name)
  const restored = g.operation(
    'RestoreV2',
    [
      prefix,
      texts(g, names),
      texts(
        g,
        names.map(() => ''),
      ),
    ],
    { dtypes: stored.map(({ dtype }) => dtype) },
  )
  const assigned = stored.map(({ handle, dtype, shape }, i) => assign(g, handle, restored.output(i), dtype, shape))
  const all = g.group([...assigned, ...others], 'restore')
  return async (session, path) => {
    using folder = new LiteralPath(dirname(path))
    using path_ = Tensor.strings([], [join(folder.path, basename(path))])
    try {
      await session.run({ feeds: [[prefix, path_]], targets: [all] })
    } catch (error) {
      if (!(error instanceof TensorFlowError) || error.code === 'RESOURCE_EXHAUSTED') throw error
      throw new CheckpointError(
        'The checkpoint does not hold the weights of this network; choose another checkpoint or the recipe it was made with.',
        { cause: error },
      )
    }
  }
}

function assign(g: GraphBuilder, handle: Output, value: Output, dtype: DType, shape: readonly number[]): Operation {
  const checked = g.op('EnsureShape', [value], { shape })
  return g.operation('AssignVariableOp', [handle, checked], { dtype })
}
