import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { copyModules, foldersOf } from './packed-modules.ts'

const lock = {
  packages: {
    '': { dependencies: { a: '1', other: '1' } },
    'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { 'a-win32': '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1', a: '1' } },
    'node_modules/b': {},
    'node_modules/c': { dependencies: { '@d/e': '1' } },
    'node_modules/@d/e': {},
    'node_modules/other': {},
  },
}

it('finds what packages need, the nearest of a name, and each once', () => {
  expect(foldersOf(['a'], lock)).toEqual([
    'node_modules/@d/e',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
  ])
})

it('finds what the trainer needs of the real packages', () => {
  const real = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as typeof lock
  const folders = foldersOf(['koffi', '@tensorflow/tfjs'], real)
  for (const name of ['koffi', '@tensorflow/tfjs', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-core'])
    expect(folders).toContain(`node_modules/${name}`)
  expect(folders).not.toContain('node_modules/vue')
})

it('copies each package alone', () => {
  const root = temporaryFolder()
  const target = temporaryFolder()
  for (const folder of ['node_modules/a/lib', 'node_modules/a/node_modules/b', 'node_modules/a/node_modules/x']) {
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, folder, 'index.js'), folder)
  }
  copyModules(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/gone'], root, target)
  expect(readFileSync(join(target, 'node_modules/a/lib/index.js'), 'utf8')).toBe('node_modules/a/lib')
  expect(existsSync(join(target, 'node_modules/a/node_modules/b/index.js'))).toBe(true)
  expect(existsSync(join(target, 'node_modules/a/node_modules/x'))).toBe(false)
})
