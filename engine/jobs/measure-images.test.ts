import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import type { EvaluationImages, SplitIndex } from '../dataset/index.ts'
import { TextColumn } from '../dataset/image-index/text-column.ts'
import type { Folding } from '../evaluation/folding.ts'
import { measureAndKeep } from './measure-images.ts'

/** One image, and a network that gives its class; what the network was made of is told. */
function measured(folding?: Folding) {
  const batch = {
    labels: Int32Array.of(0),
    losses: Float32Array.of(0.5),
    guesses: Int32Array.of(0, 1),
    probabilities: Float32Array.of(0.6, 0.4),
    entropies: Float32Array.of(0.67),
    logits: Float32Array.of(0.4, 0),
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
      folder: join(temporaryFolder(), 'step-1-val'),
      open: () => Promise.resolve({ nextBatch: () => Promise.resolve(batch), ...(folding && { folding }) }),
    },
    () => {},
  )
}

const folded = { convolutions: new Map(), norms: new Set<never>(), assigns: [] }

it('tells what folding changed', async () => {
  const report = await measured({ difference: 2.5e-7, folded })
  expect(report.folding).toEqual({ folded: true, difference: 2.5e-7 })
  expect(report.notes).toBeUndefined()
  expect(await measured()).not.toHaveProperty('folding')
})

it('notes that the network was taken as it is, and why', async () => {
  const report = await measured({ difference: 3.14e-4 })
  expect(report.folding).toEqual({ folded: false, difference: 3.14e-4 })
  expect(report.notes).toEqual([expect.stringMatching(/not folded .* changes a logit by 0\.00031 of the largest/)])
  const none = await measured({ difference: NaN })
  expect(none.folding).toEqual({ folded: false, difference: null })
  expect(none.notes).toEqual([expect.stringContaining('NaN')])
})
