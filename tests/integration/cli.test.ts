import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { runCli } from '../fixtures/run-cli.ts'

let dataset: string
beforeAll(async () => {
  dataset = await makeTinyDataset(mkdtempSync(join(tmpdir(), 'anneal-dataset-')))
})
afterAll(() => rmSync(dataset, { recursive: true, force: true }))

/** Runs it with and without `--json`, which must agree on the status. */
async function refusal(home: string, ...args: string[]) {
  const [plain, json] = await Promise.all([runCli(home, ...args), runCli(home, ...args, '--json')])
  expect(plain.stdout).toBe('')
  expect(json.status).toBe(plain.status)
  const { error } = JSON.parse(json.stdout) as { error: { name: string; message: string } }
  expect(plain.stderr.trimEnd().split('\n').at(-1)).toBe(`anneal: ${error.message}`)
  return { status: plain.status, ...error }
}

describe('what is wrong is said in one sentence', () => {
  it('an unknown key of the recipe, with the nearest', async () => {
    expect(await refusal(temporaryFolder(), 'train', '--preset', 'demo', '--set', 'schedule.epoch=1')).toEqual({
      status: 2,
      name: 'RecipeError',
      message: 'The recipe has no key schedule.epoch; did you mean schedule.epochs?',
    })
  })

  it('a recipe file that is not there, or not JSON', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'cut.json'), '{"schedule":')
    expect(await refusal(folder, 'train', '--recipe', join(folder, 'none.json'))).toMatchObject({
      status: 2,
      message: expect.stringMatching(/none\.json cannot be read \(ENOENT\); check the path\.$/) as string,
    })
    expect(await refusal(folder, 'train', '--recipe', join(folder, 'cut.json'))).toMatchObject({
      status: 2,
      message: expect.stringMatching(/cut\.json is not JSON: /) as string,
    })
  })

  it('unknown commands, options and presets', async () => {
    const home = temporaryFolder()
    expect(await refusal(home, 'trian')).toMatchObject({
      status: 2,
      name: 'UsageError',
      message: "Unknown command 'trian'; did you mean train?",
    })
    expect((await refusal(home, 'builds', 'use', 'gpu')).message).toMatch(
      / 'gpu' is invalid .*; allowed are auto, cpu, cuda\.$/,
    )
    expect((await refusal(home, 'export', 'last')).message).toBe(
      'Required option \'--out <folder>\' not specified; "anneal export --help" lists what there is.',
    )
    expect((await refusal(home, 'runs', 'zap')).message).toMatch(/"anneal runs --help" lists what there is\.$/)
    expect(await refusal(home, 'train', '--epochs', '3')).toMatchObject({ status: 2, name: 'UsageError' })
    expect(await refusal(home, 'train', '--preset', 'dem')).toMatchObject({
      status: 2,
      message: 'There is no preset dem; did you mean demo?',
    })
    expect(await refusal(home, 'train', '--resume', 'last', '--preset', 'demo')).toMatchObject({
      status: 2,
      name: 'UsageError',
    })
    expect(await refusal(home, 'train')).toMatchObject({
      status: 2,
      message: expect.stringContaining('--dataset') as string,
    })
  })

  it('a dataset or a run that is not there', async () => {
    const home = temporaryFolder()
    expect(await refusal(home, 'train', '--preset', 'demo', '--dataset', join(home, 'none'))).toMatchObject({
      status: 1,
      name: 'DatasetError',
    })
    expect(await refusal(home, 'train', '--resume', 'last')).toMatchObject({ status: 1, name: 'RunError' })
    expect(await refusal(home, 'evaluate', '2020')).toMatchObject({ status: 1, name: 'RunError' })
  })

  it('a home that is a file', async () => {
    const home = join(temporaryFolder(), 'home')
    writeFileSync(home, '')
    expect(await refusal(home, 'train', '--preset', 'demo')).toMatchObject({
      status: 1,
      name: 'StorageError',
      message: expect.stringContaining('a file stands where a folder is needed') as string,
    })
    const { status, stdout } = await runCli(home, 'doctor', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false })
  })

  it('a batch that is larger than the dataset', async () => {
    const home = temporaryFolder()
    const { status, message } = await refusal(
      home,
      'train',
      '--preset',
      'demo',
      '--dataset',
      dataset,
      '--set',
      'data.batchSize=64',
    )
    expect(status).toBeGreaterThan(0)
    expect(message).toMatch(/batch/i)
    expect((await runCli(home, 'runs', 'list', '--json')).stdout).toBe('{"runs":[],"damaged":[]}\n')
  })
})

describe('doctor', () => {
  it('finds that this machine can train, with what', async () => {
    const { status, stdout } = await runCli(temporaryFolder(), 'doctor', '--json')
    const diagnosis = JSON.parse(stdout) as {
      ok: boolean
      checks: { name: string; state: string }[]
      machine: { tensorFlow: { version: string }; devices: { type: string }[] }
    }
    expect(diagnosis.checks.filter(({ state }) => state === 'problem')).toEqual([])
    expect({ status, ok: diagnosis.ok, version: diagnosis.machine.tensorFlow.version }).toEqual({
      status: 0,
      ok: true,
      version: '2.21.0',
    })
    expect(diagnosis.machine.devices.map(({ type }) => type)).toContain('CPU')
  })
})

describe('recipes and datasets', () => {
  it('are shown so that they can be read in again', async () => {
    const home = temporaryFolder()
    const shown = await runCli(home, 'recipe', 'show', 'demo', '--json')
    const file = join(home, 'recipe.json')
    writeFileSync(file, shown.stdout)
    expect((await runCli(home, 'recipe', 'diff', 'demo', file, '--json')).stdout).toBe('{"differences":[]}\n')
  })

  it('are added, checked and removed', async () => {
    const home = temporaryFolder()
    expect((await runCli(home, 'datasets', 'add', 'halves', dataset)).status).toBe(0)
    const { stdout, status } = await runCli(home, 'datasets', 'check', 'halves', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'halves',
      root: dataset,
      classes: ['left', 'right'],
      splits: { train: { images: 48, perClass: [24, 24] }, val: { images: 16, perClass: [8, 8] } },
      unreadable: [],
    })
    expect((await runCli(home, 'datasets', 'remove', 'halves')).status).toBe(0)
    expect((await runCli(home, 'datasets', 'list')).stdout).toBe('fashion-mnist-mini  (bundled)\n')
  })
})

it('caches are listed and cleared', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'cache', 'pixels'), { recursive: true })
  writeFileSync(join(home, 'cache', 'pixels', 'x'), Buffer.alloc(2048))
  expect((await runCli(home, 'cache')).stdout).toMatch(/^pixels +2\.0 KiB .*pixels$/m)
  expect((await runCli(home, 'cache', 'clear', 'pixels')).stdout).toBe('2.0 KiB are freed.\n')
  expect(readdirSync(join(home, 'cache'))).toEqual([])
})
