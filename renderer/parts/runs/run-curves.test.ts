import { expect, it } from 'vitest'
import type { ShownRun } from '../../../shared/contract/workbench.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import type { RunRecord } from '../../../shared/run-folder/record.ts'
import { withPlan } from '../../../shared/run-folder/plan.ts'
import { runCurves } from './run-curves.ts'

it('the share of waiting is that of a whole step, of several batches too', () => {
  const recipe = parseRecipe({ data: { batchSize: 8 }, optimizer: { accumulate: 8 } })
  const record = { step: 10, epoch: 1, dataset: { classes: ['a', 'b'] } } as unknown as RunRecord
  const run: ShownRun = { id: 'a', status: 'finished', notes: {}, recipe, record: withPlan(record, recipe) }
  const one = Float64Array.of(1)
  const column = (value: number) => ({ steps: one, epochs: one, walls: one, values: Float64Array.of(value) })
  // 64 images at 128/s are a step of 0.5 s; it waited 0.0245 s of it.
  const columns = new Map([
    ['train/dataWait', column(0.0245)],
    ['train/imagesPerSecond', column(128)],
  ])
  const [curve] = runCurves(run, { columns, start: 0 }, 'dataWaitShare')
  expect(curve!.columns.values[0]).toBeCloseTo(0.049, 12)
})
