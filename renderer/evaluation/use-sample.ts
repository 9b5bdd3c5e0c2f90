import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { EvaluatedSample, SeenSample } from '../../shared/contract/evaluations.ts'
import { addressOf } from '../app/state/thumbnail-cache.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'
import type { EvaluationAddress } from './use-evaluation.ts'

const SIZE = 512

/** What is known of one sample of an evaluation. What comes too late for it is dropped. */
export function useSample(at: EvaluationAddress, row: Readonly<Ref<number>>) {
  const sample = shallowRef<EvaluatedSample>()
  /** The address of the picture; empty where the file is gone. */
  const picture = shallowRef<string>()
  const seen = shallowRef<SeenSample>()
  /** The classes of the maps that were asked for. */
  const mapped = shallowRef<readonly number[]>([])
  const problem = shallowRef<string>()

  function clear() {
    if (picture.value) URL.revokeObjectURL(picture.value)
    sample.value = picture.value = seen.value = problem.value = undefined
  }

  async function read(wanted: number) {
    const isLate = () => wanted !== row.value
    try {
      const [found] = await trainer.listEvaluated({ ...at, rows: [wanted] })
      if (isLate()) return
      sample.value = found
      const [file] = await trainer.evaluatedThumbnails({ ...at, rows: [wanted], size: SIZE })
      if (isLate()) return
      picture.value = addressOf(file)
      const classes = [...new Set([found!.label, ...found!.guesses.slice(0, 1).map(({ label }) => label)])]
      const looked = await trainer.lookAtEvaluated({ ...at, row: wanted, classes })
      if (isLate()) return
      mapped.value = classes
      seen.value = looked
    } catch (error) {
      if (!isLate()) problem.value = sentence(error)
    }
  }

  watch(
    row,
    (wanted) => {
      clear()
      void read(wanted)
    },
    { immediate: true },
  )
  onScopeDispose(clear)
  return { sample, picture, seen, mapped, problem }
}
