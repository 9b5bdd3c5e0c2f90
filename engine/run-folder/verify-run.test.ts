import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CheckpointError, RunError } from '../../shared/errors.ts'
import type { CheckpointManifest } from '../../shared/run-folder/manifest.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { mergeRecipes } from '../../shared/recipe/merge.ts'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { writeSealed } from '../../storage/sealed-json.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { RunWriter } from './run-writer.ts'
import { checkBelongs, identityOf, readRunFacts } from './verify-run.ts'

const recipe = parseRecipe({})
const record: RunRecord = {
  format: 1,
  id: 'r',
  name: 'r',
  status: 'stopped',
  created: '2026-01-01T00:00:00.000Z',
  started: '2026-01-01T00:00:00.000Z',
  trainer: { pid: 1, host: 'h' },
  dataset: { name: 'd', root: '/d', classes: ['a', 'b'], fingerprint: 'f' },
  tensorFlow: '2',
  devices: [],
  environment: {},
  step: 10,
  epoch: 1,
}
const manifest = { recipe, run: identityOf(record) } as CheckpointManifest

/** A run's folder as its trainer writes it. */
function written(changes: PartialRecipe = {}): string {
  const folder = temporaryFolder()
  new RunWriter(folder, record, parseRecipe(mergeRecipes(recipe, changes)))
  return folder
}
const replace = (folder: string, name: string, before: string | RegExp, after: string) =>
  writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace(before, after))
const check = (folder: string) => checkBelongs('step-10', manifest, readRunFacts(folder))

it('a run belongs to its checkpoint as it was written, laid out otherwise, and with more epochs that Anneal wrote', () => {
  check(written())
  const folder = written()
  replace(folder, 'recipe.json', /\n */g, ' ')
  check(folder)
  check(written({ schedule: { epochs: 7 } }))
})

it.each([
  ['run.json', '"step": 10', '"step": 11'],
  ['run.json', '"fingerprint": "f"', '"fingerprint": "g"'],
  ['recipe.json', '"epochs": 90', '"epochs": 91'],
  ['recipe.json', '"momentum": 0.875', '"momentum": 0.835'],
])('a change of %s that is not by Anneal is told: %s to %s', (name, before, after) => {
  const folder = written()
  replace(folder, name, before, after)
  expect(() => check(folder)).toThrow(RunError)
  expect(() => check(folder)).toThrow(`The ${name} of `)
})

it('another recipe or run in the place of that of the checkpoint is told by what differs', () => {
  const other = written({ optimizer: { momentum: 0.5 } })
  expect(() => check(other)).toThrow(CheckpointError)
  expect(() => check(other)).toThrow('step-10 was saved with (optimizer.momentum differs); restore that file')
  const run = { ...record, dataset: { ...record.dataset, classes: ['b', 'a'] } }
  expect(() => checkBelongs('step-10', manifest, { record: run, recipe })).toThrow('classes or images differ')
})

it('checkpoints and records of the first versions say nothing of it', () => {
  const folder = written()
  const document = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Record<string, unknown>
  delete document.checksum
  delete document.checksums
  writeFileSync(join(folder, 'run.json'), JSON.stringify(document))
  replace(folder, 'recipe.json', '"epochs": 90', '"epochs": 91')
  checkBelongs('step-10', { ...manifest, recipe: undefined, run: undefined }, readRunFacts(folder))
})

it('a start that dies while it writes a longer recipe leaves a run that can be read', () => {
  const folder = written()
  const before = readFileSync(join(folder, 'recipe.json'))
  new RunWriter(folder, record, parseRecipe(mergeRecipes(recipe, { schedule: { epochs: 200 } })))
  const after = readFileSync(join(folder, 'recipe.json'))
  // As it is between the first file and the second, and between the second and the third.
  const { checksums } = readRunFacts(folder).record
  const old = readRunFacts(written()).record.checksums
  writeSealed(join(folder, 'run.json'), { ...readRunFacts(folder).record, checksums, checksumsBefore: old })
  for (const content of [before, after]) {
    writeFileSync(join(folder, 'recipe.json'), content)
    check(folder)
  }
  replace(folder, 'recipe.json', '"momentum": 0.875', '"momentum": 0.835')
  expect(() => check(folder)).toThrow(RunError)
})
