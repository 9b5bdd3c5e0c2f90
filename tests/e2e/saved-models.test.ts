import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import { findings } from '../fixtures/axe.ts'
import { buildWindow } from '../fixtures/electron.ts'
import { openPage, serve } from '../fixtures/serve.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { go, newHome, PATIENCE } from './workbench-flow.ts'

beforeAll(() => buildWindow())

it('a SavedModel is evaluated by what it says and what is told of it', async () => {
  const home = newHome()
  const workbench = new Workbench(new Home(home))
  await workbench.datasets.add('halves', await makeTinyDataset(join(temporaryFolder(), 'halves')))
  const page = await openPage(await serve(home))
  await go(page, 'Evaluation')
  const models = page.getByRole('region', { name: 'Evaluations of SavedModels' })
  await models.getByText('Evaluate a SavedModel', { exact: true }).click()
  await models.getByLabel('Folder').fill(join(import.meta.dirname, '../fixtures/keras-model'))
  await models.getByLabel('Dataset').selectOption('halves')
  await models.getByRole('button', { name: 'Evaluate' }).click()
  // What is not known is asked for by the names of the fields, which are in sight then.
  await models.getByText(/tell it by “Classes” .*“Mean”/).waitFor(PATIENCE)
  await models.getByLabel('Classes, one a line').fill('left\nright\nneither')
  await models.getByLabel('Outputs').selectOption('probabilities')
  await models.getByLabel('Channels').selectOption('rgb')
  for (const [field, value] of [
    ['Short side', '4'],
    ['Mean', '0'],
    ['Std', '255'],
  ] as const)
    await models.getByLabel(field).fill(value)
  await models.getByLabel('Scaling').selectOption('bilinear-antialias')
  const found = await findings(page, 'form')
  await models.getByRole('button', { name: 'Evaluate' }).click()
  await page.getByRole('region', { name: 'Images of the evaluation' }).waitFor(PATIENCE)
  await page.getByText("1 of the network's 3 classes have no image here.").waitFor()
  await go(page, 'Evaluation')
  await models.getByRole('cell', { name: /^keras-model/ }).waitFor(PATIENCE)
  expect(found).toEqual([])
})
