import { expect, it } from 'vitest'
import type { ShownRun } from '../../shared/contract/workbench.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { pairedTest } from './paired-test.ts'
import { compareGroups, describeGroups } from './seed-comparison.ts'

const run = (id: string, name: string, mixup: number, seed: number): ShownRun => ({
  id,
  status: 'finished',
  notes: {},
  recipe: parseRecipe({ augment: { mixup }, run: { seed, name } }),
})
const base = [1, 2, 3].map((seed) => run(`b${seed}`, 'baseline', 0, seed))
const mixed = [2, 3, 3, 4].map((seed, i) => run(`m${i}`, 'mixed', 0.2, seed))
const figures: Readonly<Record<string, number>> = { b1: 0.1, b2: 0.2, b3: 0.6, m0: 0.3, m1: 0.7, m2: 0.9, m3: 0.5 }

it('groups are told by what makes them differ, with mean and deviation over their seeds', () => {
  const [first, second] = describeGroups([base, mixed], ({ id }) => figures[id])
  expect(first).toMatchObject({ id: 'b1', label: 'baseline', keys: 'augment.mixup 0' })
  expect(first!.mean).toBeCloseTo(0.3, 12)
  // Squares about 0.3: 0.04 + 0.01 + 0.09, over 2.
  expect(first!.deviation).toBeCloseTo(Math.sqrt(0.07), 12)
  expect(second!.keys).toBe('augment.mixup 0.2')
  expect([...second!.bySeed].map(([seed, value]) => [seed, Number(value.toFixed(9))])).toEqual([
    [2, 0.3],
    [3, 0.8],
    [4, 0.5],
  ])
})

it('two groups are tested over the seeds that both have', () => {
  const [first, second] = describeGroups([base, mixed], ({ id }) => figures[id])
  const test = compareGroups(first!, second!)
  expect(test).toEqual(
    pairedTest([
      [0.2, 0.3],
      [0.6, second!.bySeed.get(3)!],
    ]),
  )
  expect(test).toMatchObject({ pairs: 2 })
})

it('groups without the measure, or of one seed, are none; those with too little in common say so', () => {
  expect(describeGroups([base], () => undefined)).toEqual([])
  expect(describeGroups([[base[0]!]], () => 1)).toEqual([])
  const apart = [8, 9].map((seed) => run(`a${seed}`, 'apart', 0.4, seed))
  const [first, second] = describeGroups([base, apart], ({ id }) => figures[id] ?? 0.5)
  expect(compareGroups(first!, second!)).toBe('fewer than two seeds in common')
  const [again] = describeGroups([base], ({ id }) => figures[id]! + 0.125)
  expect(compareGroups(first!, again!)).toBe('the same difference with every seed')
})
