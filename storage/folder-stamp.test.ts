import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { isUpToDate, stampOf, writeStamp } from './folder-stamp.ts'

it('is up to date until a source comes, goes or is written', () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'code/inner'), { recursive: true })
  const write = (name: string, text = name) => writeFileSync(join(root, name), text)
  ;['code/a.ts', 'code/inner/b.ts', 'lock.json'].forEach((name) => write(name))
  const stamp = join(root, 'stamp')
  const sources = ['code', 'lock.json']
  const make = () => writeStamp(stamp, { sources, hash: stampOf(root, sources) })
  expect(isUpToDate(stamp, root)).toBe(false)
  make()
  expect(isUpToDate(stamp, root)).toBe(true)
  expect(isUpToDate(stamp, root, ['code'])).toBe(false)
  write('code/inner/b.test.ts')
  write('elsewhere.ts')
  expect(isUpToDate(stamp, root)).toBe(true)

  for (const change of [
    () => write('code/c.ts'),
    () => write('code/inner/b.ts', 'longer than before'),
    () => utimesSync(join(root, 'lock.json'), 1, 1),
    () => rmSync(join(root, 'code/a.ts')),
    () => rmSync(join(root, 'lock.json')),
  ]) {
    change()
    expect(isUpToDate(stamp, root)).toBe(false)
    if (change.toString().includes('lock.json') && change.toString().includes('rm')) break
    make()
    expect(isUpToDate(stamp, root)).toBe(true)
  }
  writeFileSync(stamp, '{"sources":')
  expect(isUpToDate(stamp, root)).toBe(false)
})
