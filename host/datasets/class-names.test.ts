import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Home } from '../machine/home.ts'
import { ClassNames } from './class-names.ts'

function open() {
  const home = new Home(temporaryFolder())
  return { names: new ClassNames(home), file: join(home.root, 'class-names.json') }
}

describe('names of classes', () => {
  it('are kept by dataset', async () => {
    const { names } = open()
    await Promise.all([names.set('birds', { a: 'Amsel' }), names.set('fish', { a: 'Aal' })])
    expect(names.of('birds')).toEqual({ a: 'Amsel' })
    await names.forget('birds')
    expect(names.of('birds')).toEqual({})
    expect(names.of('fish')).toEqual({ a: 'Aal' })
    expect(names.of('constructor')).toEqual({})
  })

  it('in a damaged file are none, and are not written over', async () => {
    const { names, file } = open()
    writeFileSync(file, '{"birds": {"a": "Amsel"}')
    expect(names.of('birds')).toEqual({})
    await expect(names.set('fish', { a: 'Aal' })).rejects.toThrow(
      /class-names\.json is damaged .*; mend it, or delete it/,
    )
    await names.forget('birds')
    expect(readFileSync(file, 'utf8')).toBe('{"birds": {"a": "Amsel"}')
  })
})
