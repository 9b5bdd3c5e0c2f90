import { describe, expect, it } from 'vitest'
import type { ShownRun } from '../../../shared/contract/workbench.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { filterRuns, fixedColumns, recipeColumn, sortRuns } from './columns.ts'

const run = (id: string, recipe: Parameters<typeof parseRecipe>[0], notes: ShownRun['notes'] = {}): ShownRun => ({ id, status: 'finished', recipe: parseRecipe(recipe), notes })

const runs: ShownRun[] = [
  run('b', { schedule: { epochs: 10 }, run: { name: 'slow' } }),
  run('a', { schedule: { epochs: 9 }, model: { architecture: 'resnet18' } }, { name: 'Mine', tags: ['paper'] }),
  { id: 'z', status: 'damaged', notes: {}, problem: 'run.json is damaged.' },
  run('c', { schedule: { epochs: 90 } }, { notes: 'the one for the talk' }),
]
const ids = (list: readonly ShownRun[]) => list.map(({ id }) => id)
const column = (id: string) => fixedColumns.find((one) => one.id === id)!

describe('the run table', () => {
  it('sorts by number or word, what has no value last', () => {
    const epochs = recipeColumn('schedule.epochs')
    expect(ids(sortRuns(runs, epochs, false))).toEqual(['a', 'b', 'c', 'z'])
    expect(ids(sortRuns(runs, epochs, true))).toEqual(['c', 'b', 'a', 'z'])
    expect(ids(sortRuns(runs, column('network'), false))).toEqual(['a', 'b', 'c', 'z'])
  })

  it('calls a run by the name a person gave it', () => {
    expect(runs.map((one) => column('name').text(one))).toEqual(['slow', 'Mine', 'z', 'c'])
  })

  it('finds all words, anywhere', () => {
    expect(ids(filterRuns(runs, fixedColumns, 'resnet18 PAPER'))).toEqual(['a'])
    expect(ids(filterRuns(runs, fixedColumns, 'talk'))).toEqual(['c'])
    expect(ids(filterRuns(runs, fixedColumns, 'damaged'))).toEqual(['z'])
    expect(ids(filterRuns(runs, fixedColumns, ' '))).toEqual(['b', 'a', 'z', 'c'])
  })
})
