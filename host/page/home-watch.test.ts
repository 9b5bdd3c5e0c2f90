import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord, RunStatus } from '../../shared/run-folder/record.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Home } from '../machine/home.ts'
import { HomeWatch } from './home-watch.ts'
import { Broadcast } from './broadcast.ts'
import { Workbench } from '../workbench.ts'

it('does not mind what else lies among the runs', () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'runs/empty'), { recursive: true })
  writeFileSync(join(home, 'runs/.DS_Store'), '')
  const watch = new HomeWatch(new Workbench(new Home(home)), new Broadcast())
  expect(() => watch.open()).not.toThrow()
  watch.close()
})

it('tells of the last metrics of a run, though they came just before its end', async () => {
  const home = temporaryFolder()
  const folder = join(home, 'runs/a')
  mkdirSync(folder, { recursive: true })
  const now = new Date().toISOString()
  const setStatus = (status: RunStatus) =>
    writeFileSync(
      join(folder, 'run.json'),
      JSON.stringify({
        format: 1,
        id: 'a',
        name: 'a',
        status,
        created: now,
        started: now,
        trainer: { pid: process.pid, host: hostname() },
        dataset: { name: 'd', root: '/d', fingerprint: '', classes: ['x'] },
        tensorFlow: 'none',
        devices: [],
        environment: {},
        step: 1,
        epoch: 1,
      } satisfies RunRecord),
    )
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify(parseRecipe({})))
  const metrics = join(folder, 'metrics.jsonl')
  writeFileSync(metrics, '1\n')
  setStatus('running')

  const pages = new Broadcast()
  const told: number[] = []
  pages.listen((name, ...args) => void (name === 'metricsGrew' && told.push(args[1] as number)))
  const watch = new HomeWatch(new Workbench(new Home(home)), pages)
  onTestFinished(() => watch.close())
  watch.open()
  await vi.waitFor(() => expect(told).toEqual([2]))
  // Just before the look that finds the run ended: a second after the one that found it.
  await new Promise((resolve) => setTimeout(resolve, 900))
  appendFileSync(metrics, '22\n')
  setStatus('finished')
  await vi.waitFor(() => expect(told).toEqual([2, 5]), { timeout: 3000 })
})
