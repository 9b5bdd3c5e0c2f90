import { describe, expect, it } from 'vitest'
import type { ShownRun } from '../../../shared/contract/workbench.ts'
import type { RunRecord } from '../../../shared/run-folder/record.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { canResume, createdTime, runName, runSeconds } from './run-facts.ts'

const run: ShownRun = {
  id: '2026-11-23_07-29-56_resnet8_flowers',
  status: 'finished',
  notes: {},
  recipe: parseRecipe({ run: { name: 'baseline' } }),
}

describe('a run', () => {
  it('is called by its own name, the name in its recipe, or its id in words', () => {
    expect(runName({ ...run, notes: { name: 'Mine' } })).toBe('Mine')
    expect(runName(run)).toBe('baseline')
    expect(runName({ ...run, recipe: undefined })).toBe('11-23 07:29:56 resnet8 flowers')
    expect(runName({ ...run, recipe: undefined, id: 'copied' })).toBe('copied')
  })

  it('was made when its record says, or else its id', () => {
    expect(createdTime({ ...run, record: { created: '2026-11-23T07:00:00Z' } as RunRecord })).toBe(
      Date.UTC(2026, 10, 23, 7),
    )
    expect(createdTime(run)).toBe(new Date(2026, 10, 23, 7, 29, 56).getTime())
    expect(createdTime({ ...run, id: 'copied' })).toBeUndefined()
  })

  it('lasts from its last start to its end, or to now', () => {
    const record = { started: '2026-11-23T07:00:00Z', ended: '2026-11-23T07:01:30Z' } as RunRecord
    expect(runSeconds({ ...run, record })).toBe(90)
    const { ended: _, ...going } = record
    expect(runSeconds({ ...run, status: 'running', record: going }, Date.parse('2026-11-23T07:00:10Z'))).toBe(10)
    expect(runSeconds(run)).toBeUndefined()
  })

  it('can be resumed when it ended before its time', () => {
    expect(
      (['running', 'queued', 'finished', 'stopped', 'interrupted', 'failed', 'damaged'] as const).filter((status) =>
        canResume({ ...run, status }),
      ),
    ).toEqual(['stopped', 'interrupted', 'failed'])
  })
})
