import type { EvaluateRequest, TrainerCalls } from '../../shared/contract/trainer.ts'
import { RunError, StorageError } from '../../shared/errors.ts'
import { isWhole } from '../runs/kept-samples.ts'
import { listCheckpoints, storedEvaluations, type StoredEvaluation } from '../runs/run-folder.ts'
import type { StoredRun } from '../runs/run-store.ts'
import type { OnProgress } from './trainers.ts'

type Request = Omit<EvaluateRequest, 'checkpoint'>

/**
 * The evaluations of all checkpoints that a run keeps on the same images, of the earliest first. Those that are there
 * and whole are not made again.
 * @throws RunError where there is no checkpoint, StorageError where what was measured cannot be kept
 */
export async function evaluateCheckpoints(
  { evaluate }: Pick<TrainerCalls, 'evaluate'>,
  run: StoredRun,
  request: Request,
  onProgress: OnProgress = () => undefined,
): Promise<StoredEvaluation[]> {
  const checkpoints = listCheckpoints(run.folder).toReversed()
  if (checkpoints.length === 0) throw new RunError(`${run.id} has no complete checkpoint; train it first.`)
  const found: StoredEvaluation[] = []
  let { split } = request as { split?: StoredEvaluation['report']['split'] }
  for (const [i, { name }] of checkpoints.entries()) {
    const tell = (what: string) =>
      onProgress({ phase: 'preparing', message: `${name} ${what} (${i + 1} of ${checkpoints.length})` })
    const kept = storedOf(run, request, name, split)
    tell(kept ? 'was evaluated before' : 'is evaluated')
    const evaluation = kept ?? (await evaluated(evaluate, run, { ...request, checkpoint: name }))
    ;({ split } = evaluation.report)
    found.push(evaluation)
  }
  return found
}

/** Those of the images of an evaluation that are whole, one a checkpoint, of the earliest first. */
export function evaluationsOfImages(folder: string, evaluation: StoredEvaluation): StoredEvaluation[] {
  const { dataset, split, checkpoint } = evaluation.report
  const others = storedEvaluations(folder).filter(
    (one) =>
      one.report.dataset === dataset &&
      one.report.split === split &&
      one.report.checkpoint !== checkpoint &&
      isWhole(one),
  )
  return [...others, evaluation].sort((a, b) => a.report.step - b.report.step)
}

/** @param split without it, what evaluation takes of itself */
function storedOf({ folder, record }: StoredRun, { dataset, own }: Request, checkpoint: string, split?: string) {
  const { root } = dataset ?? own ?? record.dataset
  const wanted = split === undefined ? ['val', 'all'] : [split]
  return storedEvaluations(folder).find(
    (one) =>
      one.report.checkpoint === checkpoint &&
      one.report.dataset === root &&
      wanted.includes(one.report.split) &&
      isWhole(one),
  )
}

async function evaluated(
  evaluate: TrainerCalls['evaluate'],
  run: StoredRun,
  request: EvaluateRequest,
): Promise<StoredEvaluation> {
  const report = await evaluate(request)
  if (report.unsaved !== undefined) throw new StorageError(`The evaluation could not be kept. ${report.unsaved}`)
  return storedOf(run, request, report.checkpoint, report.split)!
}

/** What is to be known of the images is told once, not of each checkpoint. */
export function withoutRepeats(onProgress: OnProgress): OnProgress {
  const told = new Set<string>()
  return (progress) => {
    if (progress.phase === 'warning') {
      if (told.has(progress.message)) return
      told.add(progress.message)
    }
    onProgress(progress)
  }
}
