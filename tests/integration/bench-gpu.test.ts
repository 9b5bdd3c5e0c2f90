import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { GpuReport } from '../../bench/gpu/report.ts'
import type { CliResult } from '../fixtures/run-cli.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

/** The real command, at its small sizes; without a GPU it takes those by itself. */
const benchGpu = (...args: string[]) =>
  new Promise<CliResult>((resolve) =>
    execFile(
      process.execPath,
      ['--import', 'tsx', 'bench/main.ts', 'gpu', '--small', '--rounds', '1', ...args],
      { cwd: root },
      (error, stdout, stderr) => resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  )

it('measures steps, the largest batch and a run from files, and tells what it could not', async () => {
  const out = temporaryFolder()
  const rows = 'float32,largest,those files,channels first'
  const how = ['--network', 'resnet8', '--python', 'python3', '--out', out]
  const { status, stdout } = await benchGpu('--only', rows, ...how, '--json')
  expect(status).toBe(0)
  const report = JSON.parse(stdout) as GpuReport
  const row = (part: string) => report.rows.find(({ name }) => name.includes(part))!

  expect(report.sizes).toMatchObject({ network: 'resnet8', imageSize: 32, batch: 8 })
  expect(row('float32')).toMatchObject({ rounds: 1, batch: 8, environment: { NVIDIA_TF32_OVERRIDE: '0' } })
  expect(row('largest')).toMatchObject({ batch: 32, told: ['32 images a step', 'no larger one was tried'] })
  for (const part of ['float32', 'largest', 'those files']) expect(row(part).imagesPerSecond, part).toBeGreaterThan(0)
  expect(row('those files').dataWait).toBeGreaterThanOrEqual(0)
  expect(row('PyTorch')).toMatchObject({ rounds: 0, problem: 'the script for PyTorch has resnet50 only' })
  expect(report.goal).toMatchObject({ imagesPerSecond: 3079 })
  expect(report.notes.at(-1)).toMatch(/^Left out by --only: .*Anneal, bf16; /)

  expect(JSON.parse(readFileSync(join(out, 'gpu.json'), 'utf8'))).toMatchObject({ rows: report.rows })
  const lines = readFileSync(join(out, 'gpu.md'), 'utf8').split('\n')
  expect(lines.filter((line) => line.startsWith('| '))).toHaveLength(report.rows.length + 3)
  expect(lines.find((line) => line.startsWith('| PyTorch'))).toContain('not measured: the script')
})

it('tells why a row has no figures, and that a Python is missing', async () => {
  const { status, stdout } = await benchGpu('--only', 'torch', '--python', '/no/python')
  expect(status).toBe(1)
  const rows = stdout.split('\n').filter((line) => /^\| (PyTorch|torchvision)/.test(line))
  expect(rows).toHaveLength(8)
  for (const row of rows) expect(row).toContain('not measured: there is no /no/python')
})

it('ends when its time is up, with what it left out', async () => {
  const { status, stdout } = await benchGpu('--minutes', '0.001')
  expect(status).toBe(1)
  const rows = stdout.split('\n').filter((line) => line.startsWith('| Anneal'))
  expect(rows.length).toBeGreaterThan(8)
  for (const row of rows) expect(row).toContain('not measured: left out: the time was up')
  expect(stdout).toContain('| goal | 3,079 |')
})

it('refuses what it cannot do, before it measures', async () => {
  const refused = async (...args: string[]) => {
    const { status, stdout, stderr } = await benchGpu(...args)
    expect([status, stdout]).toEqual([1, ''])
    return stderr
  }
  expect(await refused('--only', 'nothing,none')).toMatch(
    /^bench: No row has .*: nothing, none; Anneal, fp16; .* are there\.$/m,
  )
  expect(await refused('--out', '/dev/null/folder')).toMatch(/^bench: .*\/dev\/null/m)
  expect(await refused('--minutes', '0')).toContain('above 0')
  expect(await refused('--rounds', '1.5')).toContain('whole number')
})
