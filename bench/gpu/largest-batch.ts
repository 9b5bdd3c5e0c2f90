import { freemem } from 'node:os'
import { OutOfMemoryError, TrainerLostError } from '../../shared/errors.ts'
import { FP16, recipeOf, rows, timeSteps, withWorkbench, type Lab } from './anneal.ts'
import type { Figures, Job } from './job.ts'
import { CLASSES } from './sizes.ts'

/** Share of the GPU's memory that TensorFlow may take; the rest is for cuDNN and the driver. */
const SHARE = 0.95
/** Share of the free memory where there is no GPU: others need some too. */
const SHARE_OF_FREE = 0.25
/** Steps of a try: few, since a step of a large batch takes long. */
const STEPS = { steps: 5, warmup: 3 }

/** The largest batch whose training step in fp16 fits: doubled as long as it does, then half of the last doubling. */
export const largestBatchJob = (lab: Lab): Job => ({
  name: 'Anneal, fp16, largest batch that fits',
  besides: rows.fp16,
  amp: true,
  once: true,
  measure: (signal) => search(lab, signal),
})

/** What came of a try: figures, or why there are none. */
type Outcome = { readonly figures: Figures } | { readonly reason: string; readonly isTooLarge: boolean }

async function search(lab: Lab, signal: AbortSignal): Promise<Figures> {
  const { batch, doublings } = lab.sizes
  const bound = await boundOf(lab, signal)
  const told: string[] = []
  let best: Figures | undefined
  const tryOut = async (size: number) => {
    const outcome = await attempt(lab, size, bound, signal)
    if ('figures' in outcome) best = outcome.figures
    else told.push(`${size} ${outcome.reason}`)
    return outcome
  }
  let size = 2 * batch
  let outcome = await tryOut(size)
  for (let i = 1; i < doublings && 'figures' in outcome; i++) outcome = await tryOut((size *= 2))
  if ('figures' in outcome) told.push('no larger one was tried')
  else if (outcome.isTooLarge) await tryOut(0.75 * size)
  if (!best) throw new OutOfMemoryError(`none larger than ${batch} was found: ${told.join(', ')}`)
  return { ...best, told: [`${best.batch} images a step`, ...told] }
}

/** Says of a batch in which share of memory it does not fit; nothing where it may. */
type Bound = (batch: number) => string | undefined

/** What a step holds at least is known beforehand, and spares tries that cannot succeed. */
async function boundOf(lab: Lab, signal: AbortSignal): Promise<Bound> {
  const isGpu = lab.device.type === 'GPU'
  const most = isGpu ? SHARE * lab.device.memoryBytes : SHARE_OF_FREE * freemem()
  const where = isGpu ? `${100 * SHARE} % of the GPU's memory` : `${100 * SHARE_OF_FREE} % of the free memory`
  const { result } = await withWorkbench(lab, { signal }, (workbench) =>
    workbench.describeModel(recipeOf(lab.sizes, [FP16]), CLASSES),
  )
  const { total, activations, batchSize } = result.memory
  const needed = (batch: number) => total - activations + (activations / batchSize) * batch
  return (batch) => (needed(batch) > most ? `do not fit into ${where}, by its tensors alone` : undefined)
}

async function attempt(lab: Lab, batch: number, bound: Bound, signal: AbortSignal): Promise<Outcome> {
  const reason = bound(batch)
  if (reason !== undefined) return { reason, isTooLarge: true }
  const share = lab.device.type === 'GPU' ? [`precision.gpuMemoryFraction=${SHARE}`] : []
  try {
    const figures = await timeSteps({ ...lab, sizes: { ...lab.sizes, ...STEPS, batch } }, [FP16, ...share], { signal })
    return { figures }
  } catch (error) {
    if (signal.aborted) return { reason: 'was tried until the time was up', isTooLarge: false }
    if (error instanceof OutOfMemoryError) return { reason: 'do not fit', isTooLarge: true }
    // TensorFlow may crash where memory runs out.
    if (error instanceof TrainerLostError) return { reason: `ended the process: ${error.message}`, isTooLarge: true }
    throw error
  }
}
