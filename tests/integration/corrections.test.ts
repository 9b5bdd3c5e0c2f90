import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let folder: string
let workbench: Workbench
const cli = (...args: string[]) => runCli(join(folder, 'home'), ...args)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  workbench = new Workbench(new Home(join(folder, 'home')))
  await workbench.datasets.add('halves', await makeTinyDataset(join(folder, 'halves')))
})
afterAll(() => rmSync(folder, { recursive: true }))

const recipe = (corrections: string): Recipe =>
  parseRecipe({
    model: { architecture: 'resnet8' },
    data: { dataset: 'halves', corrections, imageSize: 16, evaluationResize: 16, batchSize: 12 },
    schedule: { epochs: 1, learningRate: 0.1 },
  })

async function trained(corrections: string) {
  const warnings: string[] = []
  const handle = await workbench.train(recipe(corrections), (progress) => {
    if (progress.phase === 'warning') warnings.push(progress.message)
  })
  await handle.outcome
  return { run: workbench.runs.find(handle.id), warnings }
}

it('decisions are made on the command line, and a run that asks for them sees their labels, also when the file is gone', async () => {
  const before = await trained('')
  const { train, val } = before.run.record.dataset.images!
  const report = await workbench.evaluate(before.run, { checkpoint: 'last', split: 'val' })
  const [left] = report.classes
  const set = await cli('corrections', 'set', 'halves', 'val/left/0.png', '--given', 'left', '--label', 'right')
  expect([set.status, set.stderr]).toEqual([0, ''])
  await cli('corrections', 'set', 'halves', 'train/left/0.png', '--given', 'left', '--exclude')
  await cli('corrections', 'set', 'halves', 'train/left/gone.png', '--given', 'left', '--exclude')
  const { file, corrections } = JSON.parse((await cli('corrections', 'list', 'halves', '--json')).stdout) as {
    file: string
    corrections: unknown[]
  }
  expect(corrections).toHaveLength(3)
  const after = await trained(file)
  expect(after.run.record.dataset.images).toEqual({ train: train - 1, val })
  expect(after.run.record.dataset.fingerprint).not.toBe(before.run.record.dataset.fingerprint)
  expect(after.warnings.join('\n')).toContain('1 label is changed and 1 image is left out')
  expect(after.warnings.join('\n')).toContain('there is no such image: train/left/gone.png')

  const copy = join(folder, 'copy.json')
  await cli('corrections', 'export', 'halves', copy)
  expect(JSON.parse(readFileSync(copy, 'utf8'))).toEqual({ format: 1, corrections })
  rmSync(file)
  const corrected = await workbench.evaluate(after.run, { checkpoint: 'last', split: 'val' })
  expect(corrected.classes.map(({ images }) => images)).toEqual([left!.images - 1, left!.images + 1])
  // The run's own copy is part of it.
  writeFileSync(join(after.run.folder, 'corrections.json'), JSON.stringify({ format: 1, corrections: [] }))
  await expect(workbench.evaluate(after.run, { checkpoint: 'last', split: 'val' })).rejects.toThrow('corrections.json')
})

it('a file that is not there or damaged is refused before training', async () => {
  const file = join(folder, 'c.json')
  await expect(trained(file)).rejects.toThrow(`There is no file ${file}, which data.corrections names`)
  writeFileSync(file, '[]')
  await expect(trained(file)).rejects.toThrow('is damaged')
  truncateSync(file, 600e6)
  await expect(trained(file)).rejects.toThrow('has more than 500 MB')
})

it('a decision that is none is refused', async () => {
  const given = ['--given', 'left']
  const none = await cli('corrections', 'set', 'halves', 'a.png', ...given)
  expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('Say what is decided')])
  const outside = await cli('corrections', 'set', 'halves', '../a.png', ...given, '--exclude')
  expect([outside.status, outside.stderr]).toEqual([2, expect.stringContaining('must be relative')])
  expect((await cli('corrections', 'list', 'nothing')).stderr).toContain('There is no dataset nothing')
})
