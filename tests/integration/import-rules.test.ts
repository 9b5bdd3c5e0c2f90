import { ESLint, type Linter } from 'eslint'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parts } from '../../build/build-app.ts'
import { elements, entries } from '../../build/import-rules.js'

const root = join(import.meta.dirname, '../..')
const tree = mkdtempSync(join(tmpdir(), 'anneal-import-rules-'))

/** A small tree of the same rooms, so that what is imported exists and is refused for its place alone. */
beforeAll(() => {
  const files = elements.flatMap(({ pattern }) => [`${pattern}/b.ts`, `${pattern}/index.ts`])
  for (const file of [...files, 'engine/trainer.ts', 'shared/errors.ts']) {
    mkdirSync(join(tree, dirname(file)), { recursive: true })
    writeFileSync(join(tree, file), 'export const it = 1\n')
  }
})
afterAll(() => rmSync(tree, { recursive: true }))

/** The real configuration, moved to the tree; type information is off, since the files that are linted do not exist. */
const moved: Linter.Config = {
  settings: { 'boundaries/root-path': tree },
  languageOptions: { parserOptions: { projectService: false, project: false } },
}
const eslint = new ESLint({
  cwd: tree,
  overrideConfigFile: join(root, 'eslint.config.js'),
  overrideConfig: moved,
  ruleFilter: ({ ruleId }) => !ruleId.startsWith('@typescript-eslint/'),
})

async function refusals(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: join(tree, file) })
  const messages = results.flatMap((result) => result.messages)
  expect(messages.filter(({ fatal }) => fatal)).toEqual([])
  return messages.map(({ ruleId }) => String(ruleId))
}

const imports = (source: string) => `import * as it from '${source}'\nconsole.log(it)\n`

describe('imports that cross a boundary', () => {
  it.each([
    ['shared/a.ts', '../host/b.ts'],
    ['shared/a.ts', '../engine/models/b.ts'],
    ['shared/recipe/a.ts', 'node:fs'],
    ['shared/figures/a.ts', 'node:fs'],
    ['shared/figures/a.ts', '../recipe/b.ts'],
    ['host/a.ts', '../shared/figures/b.ts'],
    ['shared/a.ts', 'path'],
    ['shared/a.ts', 'koffi'],
    ['host/a.ts', '../engine/trainer.ts'],
    ['host/a.ts', '../engine/tensorflow/c-api/b.ts'],
    ['host/a.ts', '@tensorflow/tfjs'],
    ['host/a.ts', 'electron'],
    ['host/a.ts', 'sharp'],
    ['engine/dataset/a.ts', 'sharp'],
    ['host/a.ts', '../cli/b.ts'],
    ['cli/a.ts', '../engine/training/b.ts'],
    ['cli/a.ts', '../electron/b.ts'],
    ['electron/a.ts', '../renderer/b.ts'],
    ['electron/a.ts', '../engine/trainer.ts'],
    ['renderer/a.ts', '../host/b.ts'],
    ['renderer/app/state/a.ts', 'node:fs'],
    ['renderer/a.ts', 'electron'],
    ['engine/a.ts', '../host/b.ts'],
    ['engine/dataset/a.ts', '../../cli/b.ts'],
    ['engine/tensorflow/graph/a.ts', '../../training/b.ts'],
    ['engine/tensorflow/graph/a.ts', '../../trainer.ts'],
    ['engine/tensorflow/graph/a.ts', 'koffi'],
    ['engine/tensorflow/graph/a.ts', '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'],
    ['engine/tensorflow/c-api/a.ts', '@tensorflow/tfjs-layers'],
    ['engine/models/a.ts', '../training/b.ts'],
    ['engine/dataset/a.ts', '../pipeline/index.ts'],
    ['engine/dataset/a.ts', '../models/index.ts'],
    ['engine/models/a.ts', '../dataset/index.ts'],
    ['engine/pipeline/a.ts', '../dataset/image-index/b.ts'],
    ['engine/pipeline/a.ts', '../models/index.ts'],
    ['engine/training/a.ts', '../models/b.ts'],
    ['engine/training/a.ts', '../pipeline/b.ts'],
    ['engine/training/a.ts', '../dataset/index.ts'],
    ['engine/training/a.ts', '../../storage/b.ts'],
    ['engine/training/a.ts', '../jobs/b.ts'],
    ['engine/checkpoints/a.ts', '../training/b.ts'],
    ['engine/run-folder/a.ts', '../checkpoints/b.ts'],
    ['engine/run-folder/a.ts', '../tensorflow/c-api/index.ts'],
    ['engine/evaluation/a.ts', '../jobs/b.ts'],
    ['engine/evaluation/a.ts', 'node:fs'],
    ['engine/jobs/a.ts', '../trainer.ts'],
    ['engine/trainer.ts', './training/b.ts'],
    ['engine/trainer.ts', './models/index.ts'],
    ['storage/a.ts', '../shared/recipe/b.ts'],
    ['storage/a.ts', '../host/b.ts'],
    ['shared/recipe/a.ts', '../contract/b.ts'],
    ['shared/recipe/a.ts', '../run-folder/b.ts'],
    ['shared/run-folder/a.ts', '../contract/b.ts'],
    ['shared/run-folder/a.ts', 'node:fs'],
    ['shared/rpc/a.ts', '../contract/b.ts'],
    ['host/datasets/a.ts', '../runs/b.ts'],
    ['host/runs/a.ts', '../datasets/b.ts'],
    ['host/runs/a.ts', '../training/b.ts'],
    ['host/training/a.ts', '../page/b.ts'],
    ['host/training/a.ts', '../b.ts'],
    ['host/web/a.ts', '../page/b.ts'],
    ['host/machine/a.ts', '../b.ts'],
    ['cli/a.ts', '../host/runs/b.ts'],
    ['cli/a.ts', '../host/training/b.ts'],
    ['electron/a.ts', '../host/page/b.ts'],
    ['electron/a.ts', '../host/b.ts'],
    ['electron/a.ts', '../host/runs/b.ts'],
    ['electron/host/a.ts', '../../host/page/b.ts'],
    ['renderer/ui/a.ts', '../charts/b.ts'],
    ['renderer/ui/a.ts', '../app/b.ts'],
    ['renderer/charts/a.ts', '../app/b.ts'],
    ['renderer/app/a.ts', '../runs/b.ts'],
    ['renderer/app/a.ts', '../parts/b.ts'],
    ['renderer/parts/a.ts', '../runs/b.ts'],
    ['renderer/runs/a.ts', '../compare/b.ts'],
    ['renderer/compare/a.ts', '../runs/b.ts'],
    ['renderer/datasets/a.ts', '../shell/b.ts'],
    ['renderer/evaluation/a.ts', '../checkpoints/b.ts'],
    ['engine/models/a.ts', 'koffi'],
    ['engine/evaluation/a.ts', '../training/b.ts'],
    ['engine/training/a.ts', 'node:fs/promises'],
    ['engine/training/a.ts', 'fs'],
    ['engine/training/a.ts', 'node:net'],
    ['engine/training/a.ts', 'node:child_process'],
    ['engine/training/a.ts', '../../shared/rpc/b.ts'],
    ['engine/training/a.ts', 'birpc'],
    ['engine/training/a.ts', '@tensorflow/tfjs'],
    ['engine/trainer.ts', 'koffi'],
  ])('%s may not import %s', async (file, source) => {
    expect(await refusals(file, imports(source))).toEqual(['boundaries/dependencies'])
  })

  it.each([
    ['a type', `import type { it } from '../engine/trainer.ts'\nexport const use = (one: it) => one\n`],
    ['a type in place', `export const use = (one: import('../engine/trainer.ts').it) => one\n`],
    ['at run time', `export const use = () => import('../engine/trainer.ts')\n`],
    ['by require', `export const use = require('../engine/trainer.ts')\n`],
    ['on the way out', `export * from '../engine/trainer.ts'\n`],
  ])('is refused as %s too', async (_, code) => {
    expect(await refusals('host/a.ts', code)).toEqual(['boundaries/dependencies'])
  })
})

describe('imports that stay within the boundaries', () => {
  it.each([
    ['shared/recipe/a.ts', '../errors.ts'],
    ['shared/a.ts', 'zod'],
    ['host/a.ts', '../shared/rpc/b.ts'],
    ['host/a.ts', 'node:fs'],
    ['cli/a.ts', '../host/b.ts'],
    ['electron/a.ts', 'electron'],
    ['electron/host/a.ts', '../../host/b.ts'],
    ['electron/host/a.ts', 'electron'],
    ['renderer/app/a.ts', '../../shared/errors.ts'],
    ['engine/trainer.ts', './jobs/b.ts'],
    ['engine/trainer.ts', '../shared/rpc/b.ts'],
    ['engine/tensorflow/c-api/a.ts', 'koffi'],
    ['engine/tensorflow/tfjs-backend/a.ts', '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'],
    ['engine/tensorflow/graph/a.ts', '../c-api/b.ts'],
    ['engine/models/a.ts', '@tensorflow/tfjs'],
    ['engine/models/a.ts', '../tensorflow/graph/b.ts'],
    ['engine/training/a.ts', '../tensorflow/graph/b.ts'],
    ['engine/training/a.ts', '../../shared/errors.ts'],
    ['engine/training/a.ts', 'node:events'],
    ['engine/jobs/a.ts', 'node:fs'],
    ['engine/training/a.ts', '../evaluation/b.ts'],
    ['engine/pipeline/a.ts', '../dataset/index.ts'],
    ['host/page/a.ts', '../training/b.ts'],
    ['host/training/a.ts', '../runs/b.ts'],
    ['cli/a.ts', '../storage/b.ts'],
    ['renderer/runs/a.ts', '../parts/b.ts'],
    ['renderer/shell/a.ts', '../runs/b.ts'],
    ['bench/a.ts', '@tensorflow/tfjs'],
    ['bench/a.ts', '../engine/trainer.ts'],
    ['tests/e2e/a.ts', '../../host/b.ts'],
    ['build/a.ts', '../engine/tensorflow/c-api/b.ts'],
  ])('%s may import %s', async (file, source) => {
    expect(await refusals(file, imports(source))).toEqual([])
  })
})

describe('rooms', () => {
  it('are all the folders with sources, two deep where a house has rooms', () => {
    const known = new Set(elements.map(({ pattern }) => pattern))
    const houses = ['shared', 'engine', 'host', 'renderer']
    const own = (folder: string) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !skipped.has(entry.name))
        .map((entry) => join(folder, entry.name))
        .filter(hasSources)
    const folders = [...own('.'), ...houses.flatMap(own)].filter((folder) => folder !== 'engine/tensorflow')
    expect([...folders, ...own('engine/tensorflow')].filter((folder) => !known.has(folder))).toEqual([])
    expect([...known].filter((folder) => !existsSync(join(root, folder)))).toEqual([])
  })

  it('have each its line that says what it may enter', () => {
    const free = ['bench', 'build', 'datasets', 'tests', 'docs']
    const rooms = elements.map(({ type }) => type).filter((type) => !free.includes(type))
    expect(Object.keys(entries).toSorted()).toEqual(rooms.toSorted())
  })

  it('are what a bundle depends on, so that it is made anew when they change', () => {
    const folders = Object.fromEntries(
      parts.map(({ name, sources }) => [name, sources.filter((one) => !one.includes('.'))]),
    )
    expect(folders).toEqual({
      main: ['electron', 'host', 'shared', 'storage'],
      host: ['electron', 'host', 'shared', 'storage'],
      preload: ['electron', 'host', 'shared', 'storage'],
      trainer: ['engine', 'shared', 'storage'],
      cli: ['cli', 'host', 'shared', 'storage'],
      renderer: ['renderer', 'shared'],
    })
  })
})

const skipped = new Set(['node_modules', 'dist', 'out', 'coverage'])

const hasSources = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true }).some((name) => /\.(ts|vue|js|mjs)$/.test(String(name)))

describe('cycles', () => {
  it.each([
    ['of values', "import { b } from './b.ts'\nexport const a = () => b\n"],
    ['of types alone', "import type { b } from './b.ts'\nexport const a = (one: typeof b) => one\n"],
  ])('%s are refused', (_, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'anneal-cycle-'))
    try {
      writeFileSync(join(folder, 'a.ts'), code)
      writeFileSync(join(folder, 'b.ts'), "import { a } from './a.ts'\nexport const b = (): unknown => a\n")
      const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
      const { status, stdout } = spawnSync(
        process.execPath,
        [oxlint, '--config', join(root, '.oxlintrc.json'), folder],
        {
          encoding: 'utf8',
        },
      )
      expect([status, stdout]).toEqual([1, expect.stringContaining('Dependency cycle detected')])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('sizes', () => {
  it('refuses a file of more than 300 lines of code', async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `export const n${i} = ${i}\n// why\n\n`).join('')
    expect(await refusals('host/a.ts', lines(300))).toEqual([])
    expect(await refusals('host/a.ts', lines(301))).toEqual(['max-lines'])
  })

  it('refuses a function of more than 40 lines, but not in a test', async () => {
    const code = `export function long() {\n${'  console.log(1)\n'.repeat(39)}}\n`
    expect(await refusals('host/a.ts', code)).toEqual(['max-lines-per-function'])
    expect(await refusals('host/a.test.ts', code)).toEqual([])
  })
})

it('sees a crossing with the configuration as it is', async () => {
  const code = imports('../engine/tensorflow/c-api/library.ts')
  const [result] = await new ESLint({ cwd: root }).lintText(code, { filePath: join(root, 'shared/errors.ts') })
  expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(['boundaries/dependencies'])
})
