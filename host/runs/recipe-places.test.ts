import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { RecipeError, RunError } from '../../shared/errors.ts'
import { networkName } from '../../shared/recipe/network-name.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { Home } from '../machine/home.ts'
import { withPlaces } from './recipe-places.ts'
import { RunStore } from './run-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'anneal-places-'))
afterAll(() => rmSync(folder, { recursive: true }))
const runs = new RunStore(Home.of({ ANNEAL_HOME: folder }))
const placed = (model: object) => withPlaces(parseRecipe({ model }), runs).model

it('makes paths whole, and leaves empty ones', () => {
  expect(placed({})).toEqual(parseRecipe({}).model)
  expect(placed({ file: 'a/model.json' })).toMatchObject({ file: resolve('a/model.json'), init: '' })
  const checkpoint = join(folder, 'checkpoint')
  mkdirSync(checkpoint)
  expect(() => placed({ init: checkpoint })).toThrow(RecipeError)
  const { data } = withPlaces(parseRecipe({ data: { corrections: 'a/pets.json' } }), runs)
  expect(data.corrections).toBe(resolve('a/pets.json'))
  writeFileSync(join(checkpoint, 'manifest.json'), '{}')
  expect(placed({ init: checkpoint })).toMatchObject({ file: '', init: checkpoint })
})

it('says what is wrong with a checkpoint', () => {
  expect(() => placed({ init: 'some-run' })).toThrow('such as some-run/best')
  expect(() => placed({ init: 'no-run/best' })).toThrow(RunError)
})

it.each([
  ['', 'resnet50'],
  ['/a/flowers/model.json', 'flowers'],
  ['/a/flowers/tiny.json', 'tiny'],
  ['model.json', 'model'],
  ['C:\\nets\\small\\model.json', 'small'],
])('names the network of %j', (file, name) => {
  expect(networkName({ ...parseRecipe({}).model, file })).toBe(name)
})
