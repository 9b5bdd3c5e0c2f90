import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { copyModules, foldersOf, isPacked, neverLoaded, readLock, unbundled } from './modules.ts'

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

it('leaves out packages with what only they need', () => {
  expect(foldersOf(['a'], lock, ['c'])).toEqual(['node_modules/a', 'node_modules/a/node_modules/b'])
})

/** A package that an update brings in has to be looked at: is it loaded, and which of its files? */
it('packs of the real packages these, apart from those with native code for one platform', () => {
  const folders = foldersOf(unbundled, readLock(join(import.meta.dirname, '../..')), neverLoaded)
  const names = folders.map((folder) => folder.slice('node_modules/'.length))
  expect(names.filter((name) => !/^@(img\/sharp|koromix)/.test(name))).toEqual([
    '@img/colour',
    ...['', '-backend-cpu', '-backend-webgl', '-converter', '-core', '-data', '-layers', '-node-gpu'].map(
      (part) => `@tensorflow/tfjs${part}`,
    ),
    ...['detect-libc', 'google-protobuf', 'koffi', 'long', 'seedrandom', 'semver', 'sharp'],
  ])
})

it.each([
  ['koffi', 'index.js', true],
  ['koffi', 'src/koffi/index.js', true],
  ['koffi', 'src/koffi/src/call.cc', false],
  ['koffi', 'vendor/node-addon-api/napi.h', false],
  ['@koromix/koffi-linux-x64', 'linux_x64/koffi.node', true],
  ['@koromix/koffi-linux-x64', 'musl_x64/koffi.node', false],
  ['@img/sharp-libvips-linux-x64', 'lib/libvips-cpp.so.8.18.7', true],
  ['@img/sharp-libvips-linux-x64', 'lib/glib-2.0/include/glibconfig.h', false],
  ['sharp', 'dist/index.mjs', true],
  ['sharp', 'dist/index.d.mts', false],
  ['sharp', 'LICENSE', true],
  ['sharp', 'README.md', false],
  ['sharp', 'install/build.js', false],
  ['@tensorflow/tfjs', 'dist/tf.node.js', true],
  ['@tensorflow/tfjs', 'dist/tf.min.js', false],
  ['@tensorflow/tfjs', 'dist/tf.node.js.map', false],
  ['@tensorflow/tfjs-node-gpu', 'dist/kernels/all_kernels.js', true],
  ['@tensorflow/tfjs-node-gpu', 'dist/image_test.js', false],
  ['@tensorflow/tfjs-node-gpu', 'dist/image.d.ts', false],
  ['@tensorflow/tfjs-node-gpu', 'scripts/install.js', false],
  ['long', 'src/long.js', true],
  ['long', 'dist/long.js', false],
])('of %s %s: %s', (name, path, expected) => {
  expect(isPacked(`node_modules/${name}`, path)).toBe(expected)
})

it('copies each package alone', () => {
  const root = temporaryFolder()
  const target = temporaryFolder()
  for (const folder of ['node_modules/a/lib', 'node_modules/a/node_modules/b', 'node_modules/a/node_modules/x']) {
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, folder, 'index.js'), folder)
    writeFileSync(join(root, folder, 'index.d.ts'), folder)
  }
  copyModules(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/gone'], root, target)
  expect(readFileSync(join(target, 'node_modules/a/lib/index.js'), 'utf8')).toBe('node_modules/a/lib')
  expect(existsSync(join(target, 'node_modules/a/lib/index.d.ts'))).toBe(false)
  expect(existsSync(join(target, 'node_modules/a/node_modules/b/index.js'))).toBe(true)
  expect(existsSync(join(target, 'node_modules/a/node_modules/x'))).toBe(false)
})
