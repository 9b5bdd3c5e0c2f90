import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { buildWindow } from '../../tests/fixtures/electron.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { packageOf } from '../note-packages.ts'
import { licensedPackages, writeLicences } from './licences.ts'
import { readLock } from './modules.ts'
import { root } from '../node-bundle.ts'

// What is in the bundles is noted when they are made.
beforeAll(buildWindow)

it.each([
  ['/home/me/anneal/node_modules/vue/dist/vue.js', 'node_modules/vue'],
  ['/a/node_modules/@vue/shared/index.js', 'node_modules/@vue/shared'],
  ['/a/node_modules/echarts/node_modules/tslib/tslib.js', 'node_modules/echarts/node_modules/tslib'],
  ['/a/renderer/main.ts', undefined],
])('%s is of %s', (file, folder) => {
  expect(packageOf(file)).toBe(folder)
})

it('names what is bundled and what lies beside the bundles, each with the text of its licence', () => {
  const packages = licensedPackages()
  const names = packages.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['zod', 'echarts', '@vue/reactivity', 'koffi', '@tensorflow/tfjs', 'sharp']),
  )
  expect(names).not.toContain('vitest')
  for (const { name, text, version } of packages) {
    expect(text.length, name).toBeGreaterThan(60)
    expect(version, name).toMatch(/^\d/)
  }
})

it('refuses to pass on what has no licence', () => {
  const lock = readLock(root)
  const packages = { ...lock.packages, 'node_modules/zod': { version: '1.0.0' } }
  expect(() => licensedPackages({ packages })).toThrow('The package zod says nowhere what its licence is')
})

it('lists Electron, TensorFlow and the images too', () => {
  const file = join(temporaryFolder(), 'licences.txt')
  writeLicences(file, '33.3.0')
  const text = readFileSync(file, 'utf8')
  for (const title of ['Electron 33.3.0', 'TensorFlow 2.21.0', 'Fashion-MNIST', 'zod 4', 'The text of LGPL-3.0'])
    expect(text).toContain(title)
})
