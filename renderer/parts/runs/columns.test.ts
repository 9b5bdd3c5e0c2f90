import { describe, expect, it } from 'vitest'
import type { ShownRun } from '../../../shared/contract/workbench.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { allColumns, filterRuns, fixedColumns, recipeColumn, sortRuns } from './columns.ts'

const run = (id: string, recipe: Parameters<typeof parseRecipe>[0], notes: ShownRun['notes'] = {}): ShownRun => ({
  id,
  status: 'finished',
  recipe: parseRecipe(recipe),
  notes,
})

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

  it('calls the network of a file by its file', () => {
    const own = run('own', { model: { architecture: 'resnet50', file: 'nets/tiny/model.json' } })
    expect(column('network').text(own)).toBe('tiny')
  })

  it('finds all words, anywhere', () => {
    expect(ids(filterRuns(runs, fixedColumns, 'resnet18 PAPER'))).toEqual(['a'])
    expect(ids(filterRuns(runs, fixedColumns, 'talk'))).toEqual(['c'])
    expect(ids(filterRuns(runs, fixedColumns, 'damaged'))).toEqual(['z'])
    expect(ids(filterRuns(runs, fixedColumns, ' '))).toEqual(['b', 'a', 'z', 'c'])
  })
})

describe('the columns of metrics', () => {
  const figures = [
    { split: 'train', metric: 'learningRate', least: 0, most: 1, last: 0.5 },
    { split: 'val', metric: 'loss', least: 0.2, most: 3, last: 0.4 },
    { split: 'val', metric: 'top1', least: 0.1, most: 0.9, last: 0.8 },
  ] as const
  const live = { ...run('live', {}), status: 'running', figures } as const
  const all = allColumns([live, ...runs], ['schedule.epochs'])
  const text = (id: string) => all.find((one) => one.id === id)!.text(live)

  it('tell the best, by the metric, and the last of a run that is at work too', () => {
    expect(['best val/top1', 'last val/top1', 'best val/loss', 'last val/loss'].map(text)).toEqual([
      '90.00 %',
      '80.00 %',
      '0.2000',
      '0.4000',
    ])
  })

  it('are there for every metric, each once; those beyond the usual ones only when asked for', () => {
    const ids = all.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(all.filter(({ further }) => further).map(({ id }) => id)).toEqual([
      'best val/loss',
      'last train/learningRate',
    ])
    expect(ids).toContain('schedule.epochs')
  })
})
