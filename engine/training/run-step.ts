import { OutOfMemoryError, TensorFlowError } from '../../shared/errors.ts'
import { Tensor, type Session } from '../tensorflow/c-api/index.ts'
import type { Operation, Output } from '../tensorflow/graph/builder.ts'

/** What a step yields: means over its images. */
export interface StepResult {
  /** The loss that is minimised, label smoothing included, weight decay not. */
  readonly loss: number
  /** Share of images whose label is the highest logit, or among the five highest. */
  readonly top1: number
  readonly top5: number
  /** Seconds that the step waited for its images. */
  readonly dataWait: number
  /** What the loss was multiplied by in this step; absent without loss scaling. */
  readonly lossScale?: number
  /** A gradient was not finite, so that nothing was changed but the loss scale. */
  readonly skipped: boolean
}

/** Runs one optimizer step. `step` counts from 0. Throws `OutOfMemoryError` where it does not fit into memory. */
export type TrainStep = (learningRate: number, step: number) => Promise<StepResult>

export interface StepNodes {
  /** float32 scalar to feed. */
  readonly learningRate: Output
  /** int64 scalar to feed: batches before this one. */
  readonly batch: Output
  /** Scalars. `lossScale` and `finite` only with loss scaling. */
  readonly fetches: {
    readonly loss: Output
    readonly top1: Output
    readonly top5: Output
    readonly dataWait: Output
    readonly lossScale?: Output
    readonly finite?: Output
  }
  readonly target: Operation
}

/** A step takes so many batches one after the other; the graph updates the weights with the last of them. */
export const stepRunner =
  (session: Session, nodes: StepNodes, batches: number): TrainStep =>
  async (learningRate, step) => {
    const results: StepResult[] = []
    for (let i = 0; i < batches; i++)
      results.push(await runBatch(session, nodes, learningRate, step * batches + i).catch(explainMemory))
    const sum = (name: 'loss' | 'top1' | 'top5' | 'dataWait') =>
      results.reduce((total, result) => total + result[name], 0)
    return {
      ...results.at(-1)!,
      loss: sum('loss') / batches,
      top1: sum('top1') / batches,
      top5: sum('top5') / batches,
      dataWait: sum('dataWait'),
    }
  }

async function runBatch(
  session: Session,
  { fetches, ...nodes }: StepNodes,
  learningRate: number,
  batch: number,
): Promise<StepResult> {
  using rate = Tensor.scalar('float32', learningRate)
  using position = Tensor.scalar('int64', batch)
  const fetched = await session.run({
    feeds: [
      [nodes.learningRate, rate],
      [nodes.batch, position],
    ],
    fetches: Object.values(fetches),
    targets: [nodes.target],
  })
  const values = fetched.map((tensor) => {
    using scalar = tensor
    return scalar.item()
  })
  const {
    finite = 1,
    dataWait,
    ...rest
  } = Object.fromEntries(Object.keys(fetches).map((name, i) => [name, values[i]!])) as Record<
    keyof typeof fetches,
    number
  >
  // The graph asks the wall clock, which may be set back.
  return { ...rest, dataWait: Math.max(0, dataWait), skipped: finite === 0 }
}

function explainMemory(error: unknown): never {
  if (!(error instanceof TensorFlowError) || error.code !== 'RESOURCE_EXHAUSTED') throw error
  throw new OutOfMemoryError(
    'The training step does not fit into the memory of the device; lower data.batchSize, and raise optimizer.accumulate for the same total batch.',
    { cause: error },
  )
}
