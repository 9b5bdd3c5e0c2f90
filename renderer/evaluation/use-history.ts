import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { ShownHistory } from '../../shared/contract/evaluation-history.ts'
import type { OpenedEvaluation } from '../../shared/contract/evaluations.ts'
import type { ShownDataset, ShownRun } from '../../shared/contract/workbench.ts'
import type { Split } from '../../shared/recipe/split.ts'
import { useDatasets } from '../app/state/datasets.ts'
import { useRuns } from '../app/state/runs.ts'
import { host } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'
import type { EvaluationAddress } from './use-evaluation.ts'

/** A history with the evaluation of its last checkpoint, which its rows are of. */
export interface ReadHistory extends ShownHistory {
  readonly at: EvaluationAddress
  readonly opened: OpenedEvaluation
}

/** How the images of an evaluation fare over the checkpoints of its run. */
export function useHistory(at: Readonly<Ref<EvaluationAddress>>) {
  const found = shallowRef<ReadHistory>()
  const problem = shallowRef<string>()
  let asked = 0

  async function read() {
    const turn = ++asked
    const { run, evaluation } = at.value
    try {
      const shown = await host.readEvaluationHistory(run, evaluation)
      const place = { run, evaluation: shown.last }
      const opened = await trainer.openEvaluation(place)
      if (turn !== asked) return
      found.value = { ...shown, at: place, opened }
      problem.value = undefined
    } catch (error) {
      if (turn === asked) problem.value = sentence(error)
    }
  }
  watch(
    at,
    () => {
      found.value = problem.value = undefined
      void read()
    },
    { immediate: true },
  )
  return { found, problem, ...useMissing(at, found, problem, read) }
}

/** Evaluates the checkpoints that are not in a history yet, one after the other. */
function useMissing(
  at: Readonly<Ref<EvaluationAddress>>,
  found: Readonly<Ref<ReadHistory | undefined>>,
  problem: Ref<string | undefined>,
  read: () => Promise<void>,
) {
  const runs = useRuns()
  const datasets = useDatasets()
  /** The checkpoint at work. */
  const evaluating = shallowRef<string>()
  let goesOn = false
  onScopeDispose(() => (goesOn = false))

  const images = computed(() => found.value && imagesOf(found.value, runs.byId.get(at.value.run), datasets.list ?? []))

  async function evaluateMissing() {
    const [{ run }, wanted] = [at.value, images.value]
    if (!found.value || !wanted || evaluating.value) return
    goesOn = true
    problem.value = undefined
    try {
      for (const checkpoint of found.value.notEvaluated) {
        if (!goesOn || run !== at.value.run) break
        evaluating.value = checkpoint
        await host.evaluateRun(run, checkpoint, wanted.split, wanted.dataset, wanted.choices)
        await read()
      }
    } catch (error) {
      problem.value = sentence(error)
    }
    evaluating.value = undefined
  }
  return {
    canEvaluate: computed(() => images.value !== undefined),
    evaluating,
    evaluateMissing,
    stop: () => (goesOn = false),
  }
}

interface Images {
  readonly dataset: string | undefined
  readonly split: Split | undefined
  readonly choices: { readonly leaveOutUnknown?: boolean }
}

/** Images by the name of their dataset, of the run's own without one; nothing where that is not in the list any more. */
function imagesOf(
  { opened }: ReadHistory,
  run: Pick<ShownRun, 'record'> | undefined,
  datasets: readonly ShownDataset[],
): Images | undefined {
  const { dataset: root, split, leftOut } = opened.report
  const own = run?.record?.dataset
  const name = datasets.find((one) => one.root === root)?.name
  const part = split === 'all' ? undefined : split
  if (own && (root === own.root || name === own.name)) return { dataset: undefined, split: part, choices: {} }
  return name === undefined
    ? undefined
    : { dataset: name, split: part, choices: { leaveOutUnknown: leftOut !== undefined } }
}
