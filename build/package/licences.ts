import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { version as tensorFlow } from '../../storage/builds/builds.ts'
import { parts } from '../build-app.ts'
import { root } from '../node-bundle.ts'
import { notedPackages } from '../note-packages.ts'
import { foldersOf, neverLoaded, readLock, unbundled, type Lock } from './modules.ts'

export interface Licensed {
  readonly name: string
  readonly version: string
  /** By SPDX's names. */
  readonly licence: string
  readonly text: string
}

const texts = join(import.meta.dirname, 'licences')
const readText = (name: string) => readFileSync(join(texts, `${name}.txt`), 'utf8')

/** What a package tells of its licence in other places than a file of that name. */
const elsewhere: readonly (readonly [pattern: RegExp, read: (folder: string) => string])[] = [
  [/^@koromix\/koffi-/, () => readFileSync(join(root, 'node_modules/koffi/LICENSE.txt'), 'utf8')],
  [/^@tensorflow\//, () => 'The Apache License 2.0, at the end of this file. Copyright Google LLC.'],
  [/^@img\/sharp-libvips-/, (folder) => `${readme(folder)}\n\nThe LGPL 3 and the GPL 3 are at the end of this file.`],
  // Its manifest says MIT, its sources say whose. The terms are those of our own licence.
  [
    /^embedding-atlas$/,
    () => readFileSync(join(root, 'LICENSE'), 'utf8').replace(/^Copyright .*$/m, 'Copyright (c) 2025 Apple Inc.'),
  ],
  [/^seedrandom$/, (folder) => readme(folder).replace(/^[^]*\nLICENSE \(MIT\)\n-+\n/, '')],
]
const readme = (folder: string) => readFileSync(join(root, folder, 'README.md'), 'utf8')

/**
 * Every package of npm of which something is in a package: in a bundle, or beside them.
 * Throws an `Error` where one says nowhere what its licence is, since then it must not be passed on.
 */
export function licensedPackages(lock: Lock = readLock(root)): Licensed[] {
  const dist = join(root, 'dist')
  const bundled = parts.flatMap(({ name }) => notedPackages(dist, name))
  const beside = foldersOf(unbundled, lock, neverLoaded).filter((folder) => existsSync(join(root, folder)))
  return [...new Set([...bundled, ...beside])].sort().map((folder) => licensed(folder, lock))
}

function licensed(folder: string, lock: Lock): Licensed {
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const { version = '', license = '' } = lock.packages[folder] ?? {}
  const text = ownTexts(folder) || elsewhere.find(([pattern]) => pattern.test(name))?.[1](folder)
  if (!text || license === '')
    throw new Error(`The package ${name} says nowhere what its licence is; add the place to build/package/licences.ts.`)
  return { name, version, licence: license, text: text.trim() }
}

/** What its files of that name hold, those of what it brings along too. */
const ownTexts = (folder: string): string =>
  readdirSync(join(root, folder))
    .filter((name) => /^(licen[cs]es?|notice|copying)\b/i.test(name))
    .flatMap((name) => filesAt(join(root, folder, name)))
    .map((file) => readFileSync(file, 'utf8').trim())
    .join('\n\n')

const filesAt = (path: string): string[] =>
  statSync(path).isFile() ? [path] : readdirSync(path).map((name) => join(path, name))

/** Writes the list of all that is in a package and is not ours, each with its licence. */
export function writeLicences(file: string, electron: string): void {
  const packages = licensedPackages()
  const dataset = readFileSync(join(root, 'datasets/fashion-mnist-mini/LICENSE'), 'utf8')
  const sections = [
    section(
      `Electron ${electron}, with Chromium and Node.js`,
      'MIT. Its text is the file LICENSE of this program; those of Chromium and all that it holds are in LICENSES.chromium.html.',
    ),
    section(
      `TensorFlow ${tensorFlow}`,
      `Apache-2.0, at the end of this file.\n\n${readText(`TensorFlow-${tensorFlow}-notices`)}`,
    ),
    section('The images of Fashion-MNIST', dataset),
    ...packages.map(({ name, version, licence, text }) => section(`${name} ${version} (${licence})`, text)),
    ...['Apache-2.0', 'LGPL-3.0', 'GPL-3.0'].map((name) => section(`The text of ${name}`, readText(name))),
  ]
  const head = `What Anneal holds and is not its own, and the licences that this comes by.\n\n${packages.map(({ name, version, licence }) => `${name} ${version}  ${licence}`).join('\n')}\n`
  writeFileSync(file, [head, ...sections].join('\n'))
}

const rule = '='.repeat(80)
const section = (title: string, text: string) => `${rule}\n${title}\n${rule}\n\n${text.trim()}\n`
