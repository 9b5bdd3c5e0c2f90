import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RecipeError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { Home } from '../machine/home.ts'
import { withKnownPlaces } from './known-places.ts'

let home: Home
let outside: string
beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), 'anneal-places-'))
  home = new Home(join(root, 'home'))
  outside = join(root, 'elsewhere')
  for (const folder of [home.models, home.corrections, join(home.runs, 'first', 'checkpoints', 'step-1'), outside])
    mkdirSync(folder, { recursive: true })
  for (const folder of [home.models, outside]) writeFileSync(join(folder, 'model.json'), '{}')
  for (const folder of [home.corrections, outside]) writeFileSync(join(folder, 'pets.json'), '{}')
  symlinkSync(outside, join(home.models, 'link'))
})
afterAll(() => rmSync(join(home.root, '..'), { recursive: true }))

const places = (model: { file?: string; init?: string }) => withKnownPlaces(parseRecipe({ model }), home).model

describe('the files that a page may name', () => {
  it('are the models of the home', () => {
    expect(places({ file: 'model.json' }).file).toBe(join(home.models, 'model.json'))
    expect(places({ file: join(home.models, 'model.json') }).file).toBe(join(home.models, 'model.json'))
  })

  it('are checkpoints of its runs', () => {
    expect(places({ init: 'last/best' }).init).toBe('last/best')
    const folder = join(home.runs, 'first', 'checkpoints', 'step-1')
    expect(places({ init: folder }).init).toBe(folder)
  })

  it('are the corrections of the home', () => {
    const placed = (corrections: string) => withKnownPlaces(parseRecipe({ data: { corrections } }), home).data
    expect(placed('pets.json').corrections).toBe(join(home.corrections, 'pets.json'))
    for (const file of [join(outside, 'pets.json'), '../../elsewhere/pets.json', '../models/model.json', 'none.json'])
      expect(() => placed(file), file).toThrow(RecipeError)
  })

  it('are no others', () => {
    for (const file of [join(outside, 'model.json'), '../../elsewhere/model.json', 'link/model.json', 'nothing.json'])
      expect(() => places({ file }), file).toThrow(RecipeError)
    for (const init of [outside, '../elsewhere', 'first/..', './first', '../../elsewhere/x'])
      expect(() => places({ init }), init).toThrow(RecipeError)
  })
})
