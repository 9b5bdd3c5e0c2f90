import { join } from 'node:path'
import { expect, it } from 'vitest'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { keepBeside, readBeside } from '../../storage/evaluations/beside-evaluation.ts'
import { openFeatures, openReport } from '../../storage/evaluations/open-evaluation.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import type { EvaluationImages, SplitIndex } from '../dataset/index.ts'
import { TextColumn } from '../dataset/image-index/text-column.ts'
import type { Folding } from '../evaluation/folding.ts'
import { measureAndKeep } from './measure-images.ts'

interface Case {
  readonly folding?: Folding
  readonly folder?: string
  readonly features?: Float32Array
  readonly probability?: number
  /** Takes what is warned of. */
  readonly warn?: (message: string) => void
}

/** One image, and a network that gives its class. */
function measured({ folding, folder = join(temporaryFolder(), 'step-1-val'), ...given }: Case = {}) {
  const { features, probability = 0.6, warn } = given
  const batch = {
    labels: Int32Array.of(0),
    losses: Float32Array.of(0.5),
    guesses: Int32Array.of(0, 1),
    probabilities: Float32Array.of(probability, 1 - probability),
    entropies: Float32Array.of(0.67),
    logits: Float32Array.of(0.4, 0),
    ...(features && { features }),
  }
  const zero = Int32Array.of(0)
  const index: SplitIndex = {
    ...{ split: 'val', count: 1, paths: TextColumn.of(['val/a/1.png']), labels: zero },
    ...{ bytes: Float64Array.of(100), mtimes: Float64Array.of(0), heights: zero, widths: zero, kinds: zero },
  }
  const images: EvaluationImages = {
    root: '',
    index,
    part: 'val',
    modes: zero,
    rows: zero,
    unreadable: [],
    unknown: 0,
    notes: [],
  }
  return measureAndKeep(
    {
      ...{ images, classes: ['a', 'b'], notes: [], logits: undefined },
      facts: { checkpoint: 'step-1', step: 1, dataset: '' },
      folder,
      open: () => Promise.resolve({ nextBatch: () => Promise.resolve(batch), ...(folding && { folding }) }),
    },
    (progress) => {
      if (progress.phase === 'warning') warn?.(progress.message)
    },
  )
}

const folded = { convolutions: new Map(), norms: new Set<never>(), assigns: [] }

it('tells what folding changed', async () => {
  const report = await measured({ folding: { difference: 2.5e-7, folded } })
  expect(report.folding).toEqual({ folded: true, difference: 2.5e-7 })
  expect(report.notes).toBeUndefined()
  expect(await measured()).not.toHaveProperty('folding')
})

it('notes that the network was taken as it is, and why', async () => {
  const report = await measured({ folding: { difference: 3.14e-4 } })
  expect(report.folding).toEqual({ folded: false, difference: 3.14e-4 })
  expect(report.notes).toEqual([expect.stringMatching(/not folded .* changes a logit by 0\.00031 of the largest/)])
  const none = await measured({ folding: { difference: NaN } })
  expect(none.folding).toEqual({ folded: false, difference: null })
  expect(none.notes).toEqual([expect.stringContaining('NaN')])
})

it('what took long is kept when the same is measured again, and otherwise it is told that it is gone', async () => {
  const folder = join(temporaryFolder(), 'step-1-val')
  const features = Float32Array.of(1, 2, 3)
  const first = await measured({ folder, features })
  const facts = { file: evaluationFiles.imageFacts, key: 'of the images' }
  keepBeside(folder, facts, { height: 'int32' }, 1, { height: Int32Array.of(28) })

  const again = await measured({ folder })
  expect(again.features).toEqual(first.features)
  expect(openFeatures(folder, openReport(folder))).toEqual({ width: 3, features })
  expect(readBeside(folder, facts, () => ({ height: 'int32' }) as const)?.columns.height).toEqual(Int32Array.of(28))

  const warnings: string[] = []
  const other = await measured({ folder, probability: 0.7, warn: (message) => warnings.push(message) })
  expect(other).not.toHaveProperty('features')
  expect(warnings).toEqual([expect.stringMatching(/^The features .* are gone: .* “Keep features”/)])
  expect(openReport(folder).notes).toEqual(warnings)
  expect(readBeside(folder, facts, () => ({ height: 'int32' }) as const)).toBeUndefined()
  expect((await measured({ folder })).notes).toBeUndefined()
})
