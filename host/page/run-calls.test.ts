import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Home } from '../machine/home.ts'
import { NodeStarter } from '../training/trainer/node-starter.ts'
import { WorkbenchHost } from '../workbench-host.ts'
import { Workbench } from '../workbench.ts'

const starter = new NodeStarter(join(import.meta.dirname, '../../tests/fixtures/tiny-trainer.ts'))

it('tells the progress of an evaluation at a pace that a page can follow, and its last before the end', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pictures'))
  const workbench = new Workbench(new Home(join(folder, 'home')), starter)
  const recipe = parseRecipe({ data: { dataset: join(folder, 'pictures') }, schedule: { epochs: 1 } })
  const { id, outcome } = await workbench.train(recipe, () => undefined)
  await outcome
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => host.close())
  const told: TrainerProgress[] = []
  host.listen((name, ...args) => name === 'runProgress' && told.push(args[1] as TrainerProgress))
  expect(await host.calls.evaluateRun(id, 'last', 'val')).toMatchObject({ images: 1000 })
  expect(told.at(-1)).toEqual({ phase: 'evaluating', done: 1000, total: 1000 })
  // A thousand come at once: how long that takes is the machine's.
  expect(told.length).toBeLessThan(200)
})
