import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { openPath } from './open-path.ts'

let folder: string
let runs: string
beforeEach(() => {
  folder = temporaryFolder()
  runs = join(folder, 'home/runs')
  for (const place of [join(runs, 'run one'), join(folder, 'elsewhere')]) {
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'run.json'), '{}')
  }
})

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('a recipe', () => {
  it('is read whole, whatever it leaves out', () => {
    const path = file('mine.anneal', '{ "schedule": { "epochs": 7 } }')
    const recipe = resolveRecipe({ settings: ['schedule.epochs=7'] })
    expect(openPath(path, runs)).toEqual({ name: 'open-recipe', file: 'mine.anneal', recipe })
  })

  it.each([
    ['that is not JSON', 'hello', /^The recipe .* is not JSON: /],
    ['with a key that there is not', '{ "schedule": { "epoch": 7 } }', /is no recipe of Anneal: .*epoch/],
    ['that is a list', '[]', /is no recipe of Anneal: /],
    ['that is empty', '', /is not JSON/],
  ])('%s is refused', (_, content, sentence) => {
    expect(() => openPath(file('a.anneal', content), runs)).toThrow(sentence)
  })

  it('is not looked into where it is too large for one', () => {
    const path = file('large.anneal', '')
    truncateSync(path, 2 * 1024 ** 2)
    expect(() => openPath(path, runs)).toThrow(/is no recipe: that is a file of JSON of at most 1 MiB/)
  })
})

describe('a run', () => {
  it.each(['run one', 'run one/run.json'])('of this home is shown, opened by %s', (path) => {
    expect(openPath(join(runs, path), runs)).toEqual({ name: 'go', path: '/runs/run%20one' })
  })

  it('is found through a link', () => {
    symlinkSync(join(folder, 'home'), join(folder, 'link'))
    expect(openPath(join(folder, 'link/runs/run one'), join(folder, 'link/runs'))).toMatchObject({ name: 'go' })
  })

  it('of another home is refused with what to do', () => {
    expect(() => openPath(join(folder, 'elsewhere'), runs)).toThrow(`copy its folder into ${runs} to see it here`)
  })
})

it('says of what is not there, and of what is neither, that it cannot be opened', () => {
  expect(() => openPath(join(folder, 'nothing'), runs)).toThrow('is not there')
  expect(() => openPath(folder, runs)).toThrow('is neither a recipe nor the folder of a run')
})
