import { shallowRef, watch, type Ref } from 'vue'
import type { EvaluatedSample } from '../../shared/contract/evaluations.ts'
import { sampleKey, type Correction } from '../../shared/run-folder/corrections.ts'
import { host } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'
import { correctionOf, type Decision } from './decision.ts'
import type { EvaluationAddress } from './use-evaluation.ts'

export type Decisions = ReturnType<typeof useDecisions>

/** As many samples are looked for at once. */
const CHUNK = 10_000

/**
 * What was decided of the labels of an evaluation's samples. The decisions are the dataset's: those of samples that were
 * not evaluated are in the list as well.
 * @param dataset its name; nothing where the folder is not among the datasets
 * @param classes as the dataset names them
 * @param nameOf what a class is called here
 */
export function useDecisions(
  at: Readonly<Ref<EvaluationAddress>>,
  dataset: Readonly<Ref<string | undefined>>,
  classes: Readonly<Ref<readonly string[]>>,
  nameOf: (label: number) => string,
) {
  const kept = shallowRef<Kept>()
  const problem = shallowRef<string>()

  watch(
    [at, dataset],
    async ([place, name], _before, onCleanup) => {
      let isLate = false
      onCleanup(() => (isLate = true))
      kept.value = problem.value = undefined
      if (name === undefined) return
      try {
        const found = await read(place, name)
        if (!isLate) kept.value = found
      } catch (error) {
        if (!isLate) problem.value = sentence(error)
      }
    },
    { immediate: true },
  )

  /** Keeps what is decided of a sample. Throws the host's error. */
  async function decide(row: number, sample: EvaluatedSample, decision: Decision) {
    const [name, before] = [dataset.value!, kept.value!]
    const made = correctionOf(sample, classes.value[sample.label]!, decision, before.byRow.get(row))
    await host.decideLabel(name, made)
    if (kept.value === before) kept.value = withDecision(before, row, made)
  }

  /** What a class of the dataset is called here. */
  function shown(className: string) {
    const place = classes.value.indexOf(className)
    return place < 0 ? className : nameOf(place)
  }
  return { dataset, classes, kept, problem, shown, decide }
}

/** The decisions that there are. */
interface Kept {
  readonly file: string
  readonly corrections: readonly Correction[]
  /** Those of the samples of the evaluation. */
  readonly byRow: ReadonlyMap<number, Correction>
}

function withDecision({ file, corrections, byRow }: Kept, row: number, made: Correction): Kept {
  const others = corrections.filter((other) => sampleKey(other) !== sampleKey(made))
  return { file, corrections: [...others, made], byRow: new Map(byRow).set(row, made) }
}

async function read(place: EvaluationAddress, dataset: string): Promise<Kept> {
  const found = await host.readCorrections(dataset)
  return { ...found, byRow: await rowsOf(place, found.corrections) }
}

async function rowsOf(place: EvaluationAddress, corrections: readonly Correction[]) {
  const byRow = new Map<number, Correction>()
  for (let first = 0; first < corrections.length; first += CHUNK) {
    const part = corrections.slice(first, first + CHUNK)
    const samples = part.map(({ path, record }) => ({ path, ...(record !== undefined && { record }) }))
    const rows = await trainer.findEvaluated({ ...place, samples })
    rows.forEach((row, i) => row >= 0 && byRow.set(row, part[i]!))
  }
  return byRow
}
