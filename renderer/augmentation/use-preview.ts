import { shallowReactive, watch } from 'vue'
import type { ShownSample } from '../../shared/contract/workbench.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Split } from '../../shared/run.ts'
import { connectionCount, host } from '../connection.ts'
import { sentence } from '../sentence.ts'
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
const identity = ({ recipe: { data, augment, run }, split, epoch, samples }: PreviewRequest) => JSON.stringify([data, augment, run.seed, split, epoch, samples, connectionCount.value])

/** Samples as training will see them, made anew as the request changes. */
export function usePreview(request: () => PreviewRequest | undefined): Preview {
  const preview = shallowReactive<Preview>({ samples: [], busy: false })

  const show = newest<PreviewRequest>(async (wanted) => {
    preview.busy = true
    const began = performance.now()
    try {
      preview.samples = await host.previewSamples({ ...wanted, samples: [...wanted.samples] })
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
