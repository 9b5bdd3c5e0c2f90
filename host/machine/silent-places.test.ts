import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { canHang, hang } from '../../tests/fixtures/hanging-disk.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { silentPlaces } from './silent-places.ts'

it('finds no place silent that is there, is gone, or has a strange name', async () => {
  const folder = temporaryFolder()
  const strange = join(folder, '-n "$(touch x)" \'\n1\n')
  mkdirSync(strange)
  expect(await silentPlaces([folder, join(folder, 'none'), strange, ''])).toEqual(new Set())
  expect(await silentPlaces([])).toEqual(new Set())
  expect(await silentPlaces(['a\0b'])).toEqual(new Set())
})

it.runIf(canHang)('finds those whose disk does not answer, and keeps the others from waiting', async () => {
  const folder = temporaryFolder()
  const places = ['a', 'b', 'c', 'd'].map((name) => join(folder, name))
  for (const place of places) mkdirSync(place)
  const [a, b, c, d] = places as [string, string, string, string]
  hang(b)
  hang(d)
  expect(await silentPlaces([a, b, c, join(d, 'deeper')], 1500)).toEqual(new Set([b, join(d, 'deeper')]))
})
