import { ESLint, type Linter } from 'eslint'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const tree = mkdtempSync(join(tmpdir(), 'anneal-import-rules-'))

/** A small tree of the same folders, so that what is imported exists and is refused for its place alone. */
beforeAll(() => {
  const folders = [
    ...['shared', 'shared/rpc', 'shared/recipe', 'host', 'cli', 'electron', 'renderer', 'bench', 'engine'],
    ...['tensorflow/c-api', 'tensorflow/graph', 'models', 'data', 'training', 'evaluation'].map(
      (name) => `engine/${name}`,
    ),
  ]
  for (const file of [...folders.map((folder) => `${folder}/b.ts`), 'engine/trainer.ts', 'shared/errors.ts']) {
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
    ['shared/a.ts', 'path'],
    ['shared/a.ts', 'koffi'],
    ['host/a.ts', '../engine/trainer.ts'],
    ['host/a.ts', '../engine/tensorflow/c-api/b.ts'],
    ['host/a.ts', '@tensorflow/tfjs'],
    ['host/a.ts', 'electron'],
    ['host/a.ts', 'sharp'],
    ['engine/data/a.ts', 'sharp'],
    ['host/a.ts', '../cli/b.ts'],
    ['cli/a.ts', '../engine/training/b.ts'],
    ['cli/a.ts', '../electron/b.ts'],
    ['electron/a.ts', '../renderer/b.ts'],
    ['electron/a.ts', '../engine/trainer.ts'],
    ['renderer/a.ts', '../host/b.ts'],
    ['renderer/stores/a.ts', 'node:fs'],
    ['renderer/a.ts', 'electron'],
    ['engine/a.ts', '../host/b.ts'],
    ['engine/data/a.ts', '../../cli/b.ts'],
    ['engine/tensorflow/graph/a.ts', '../../training/b.ts'],
    ['engine/tensorflow/graph/a.ts', '../../trainer.ts'],
    ['engine/tensorflow/graph/a.ts', 'koffi'],
    ['engine/tensorflow/graph/a.ts', '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'],
    ['engine/tensorflow/c-api/a.ts', '@tensorflow/tfjs-layers'],
    ['engine/models/a.ts', '../training/b.ts'],
    ['engine/models/a.ts', 'koffi'],
    ['engine/training/a.ts', '../evaluation/b.ts'],
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
    ['renderer/a.ts', '../shared/errors.ts'],
    ['engine/trainer.ts', './training/b.ts'],
    ['engine/trainer.ts', '../shared/rpc/b.ts'],
    ['engine/tensorflow/c-api/a.ts', 'koffi'],
    ['engine/tensorflow/tfjs-backend/a.ts', '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'],
    ['engine/tensorflow/graph/a.ts', '../c-api/b.ts'],
    ['engine/models/a.ts', '@tensorflow/tfjs'],
    ['engine/models/a.ts', '../tensorflow/graph/b.ts'],
    ['engine/training/a.ts', '../tensorflow/graph/b.ts'],
    ['engine/training/a.ts', '../../shared/errors.ts'],
    ['engine/training/a.ts', 'node:events'],
    ['engine/evaluation/a.ts', 'node:fs'],
    ['bench/a.ts', '@tensorflow/tfjs'],
    ['bench/a.ts', '../engine/trainer.ts'],
    ['tests/e2e/a.ts', '../../host/b.ts'],
    ['build/a.ts', '../engine/tensorflow/c-api/b.ts'],
  ])('%s may import %s', async (file, source) => {
    expect(await refusals(file, imports(source))).toEqual([])
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
