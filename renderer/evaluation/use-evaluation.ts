import { computed, shallowRef, watch, type Ref } from 'vue'
import type { EvaluationFigures } from '../../shared/contract/evaluation-figures.ts'
import { MOST_ROWS } from '../../shared/contract/workbench.ts'
import type { ImageChanges, OpenedEvaluation } from '../../shared/contract/evaluations.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { classFigures, confusionOf, overallFigures, rankByConfidence } from '../../shared/figures/index.ts'
import { host } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { useRunDetail } from '../parts/runs/use-run-detail.ts'
import { sentence } from '../ui/sentence.ts'

export interface EvaluationAddress {
  readonly run: string
  readonly evaluation: string
}

/** Some of the samples: all figures are of these. */
export interface Subset {
  /** In words. */
  readonly title: string
  readonly rows: Int32Array
}

type At = Readonly<Ref<EvaluationAddress>>
type Part = Readonly<Ref<Subset | undefined>>

/** An evaluation with the figures of its first guesses, or of a part of them; what needs all logits comes when it is asked for. */
export function useEvaluation(at: At, subset: Part) {
  const opened = shallowRef<OpenedEvaluation>()
  const problem = shallowRef<string>()
  const changes = shallowRef<ImageChanges>()
  const imagesProblem = shallowRef<string>()
  const all = useAllFigures(at, subset)
  let asked = 0

  async function read() {
    const turn = ++asked
    const place = { ...at.value }
    changes.value = imagesProblem.value = problem.value = undefined
    all.forget()
    try {
      const found = await trainer.openEvaluation(place)
      if (turn !== asked) return
      opened.value = found
      const changed = await trainer.checkEvaluatedImages(place)
      if (turn === asked) changes.value = changed
    } catch (error) {
      if (turn !== asked) return
      if (opened.value) imagesProblem.value = sentence(error)
      else problem.value = sentence(error)
    }
  }

  watch(
    at,
    () => {
      opened.value = undefined
      void read()
    },
    { immediate: true },
  )
  // It may have been evaluated anew: training does so again and again.
  const { detail } = useRunDetail(computed(() => at.value.run))
  watch(detail, (run) => {
    const now = [...(run?.evaluations ?? []), run?.validation].find((one) => one?.name === at.value.evaluation)
    if (now && opened.value && markOf(now) !== markOf(opened.value.report)) void read()
  })
  return { opened, problem, changes, imagesProblem, ...all, ...useGuessFigures(opened, subset) }
}

/** No two evaluations take as long. */
const markOf = ({ step, seconds, top1 }: Pick<EvaluationReport, 'step' | 'seconds' | 'top1'>) =>
  `${step} ${seconds} ${top1}`

/** Those that need all logits too. */
function useAllFigures(at: At, subset: Part) {
  const figures = shallowRef<EvaluationFigures>()
  const figuresProblem = shallowRef<string>()
  let asked = 0

  async function readFigures() {
    const turn = ++asked
    const rows = subset.value?.rows
    figuresProblem.value = undefined
    if (rows && rows.length > MOST_ROWS) {
      figuresProblem.value = `What needs all logits is not computed for more than ${MOST_ROWS} chosen images; choose fewer.`
      return
    }
    try {
      const found = await host.readEvaluationFigures(
        at.value.run,
        at.value.evaluation,
        ...(rows ? [Array.from(rows)] : []),
      )
      if (turn === asked) figures.value = found
    } catch (error) {
      if (turn === asked) figuresProblem.value = sentence(error)
    }
  }

  function forget() {
    asked++
    figures.value = figuresProblem.value = undefined
  }
  watch(subset, forget)
  return { figures, figuresProblem, readFigures, forget }
}

/** What the first guesses come to. */
function useGuessFigures(opened: Readonly<Ref<OpenedEvaluation | undefined>>, subset: Part) {
  const classes = computed(() => opened.value?.report.classes.map(({ name }) => name) ?? [])
  const confusion = computed(() => opened.value && confusionOf(opened.value, classes.value.length, subset.value?.rows))
  return {
    classes,
    confusion,
    overall: computed(() => confusion.value && overallFigures(confusion.value)),
    perClass: computed(() => (confusion.value ? classFigures(confusion.value) : [])),
    ranking: computed(() => opened.value && rankByConfidence(opened.value, subset.value?.rows)),
  }
}
