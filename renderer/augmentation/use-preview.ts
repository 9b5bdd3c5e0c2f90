import { shallowReactive, watch } from 'vue'
import type { ShownSample } from '../../shared/contract/images.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Split } from '../../shared/recipe/split.ts'
import { connectionCount } from '../app/transport/connection.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'
import { newest } from './newest.ts'

export interface PreviewRequest {
  readonly recipe: Recipe
  readonly split: Split
  readonly epoch: number
  readonly samples: readonly number[]
}

export interface Preview {
  /** The last that came: they stay while the next are made. */
  samples: readonly ShownSample[]
  /** How long the last took, milliseconds. */
  took?: number
  problem?: string | undefined
  busy: boolean
}

/** What the picture depends on: a change of another key asks for nothing. */
const identity = ({ recipe: { data, augment, optimizer, run }, split, epoch, samples }: PreviewRequest) =>
  JSON.stringify([data, augment, optimizer.accumulate, run.seed, split, epoch, samples, connectionCount.value])

/** What evaluation's view of the samples depends on: they travel again only when it changes. */
const originalsIdentity = ({ recipe: { data }, split, samples }: PreviewRequest) =>
  JSON.stringify([
    data.dataset,
    data.validationShare,
    data.splitSeed,
    data.imageSize,
    data.evaluationSize,
    data.evaluationResize,
    data.resample,
    data.channels,
    split,
    samples,
    connectionCount.value,
  ])

/** Where evaluation's views did not come, they are those that came before. */
export const withOriginals = (samples: readonly ShownSample[], before: readonly ShownSample[]): ShownSample[] =>
  samples.map((sample, i) => {
    const original = sample.original ?? before[i]?.original
    return original ? { ...sample, original } : sample
  })

/** Samples as training will see them, made anew as the request changes. */
export function usePreview(request: () => PreviewRequest | undefined): Preview {
  const preview = shallowReactive<Preview>({ samples: [], busy: false })
  let shown: string | undefined

  const show = newest<PreviewRequest>(async (wanted) => {
    preview.busy = true
    const began = performance.now()
    try {
      const originals = originalsIdentity(wanted)
      const samples = await trainer.previewSamples({
        ...wanted,
        samples: [...wanted.samples],
        originals: originals !== shown,
      })
      preview.samples = withOriginals(samples, preview.samples)
      shown = originals
      preview.took = performance.now() - began
      preview.problem = undefined
    } catch (error) {
      preview.problem = sentence(error)
    }
    preview.busy = false
  })

  watch(
    () => {
      const wanted = request()
      return wanted && identity(wanted)
    },
    () => {
      const wanted = request()
      if (wanted) show(wanted)
    },
    { immediate: true },
  )
  return preview
}
