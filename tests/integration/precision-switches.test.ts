import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../host/machine/doctor.ts'
import { precisionSwitches } from '../../shared/contract/precision-effect.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let dataset: string
beforeAll(async () => {
  dataset = await makeTinyDataset(mkdtempSync(join(tmpdir(), 'anneal-dataset-')))
})
afterAll(() => rmSync(dataset, { recursive: true, force: true }))

interface Trained {
  readonly folder: string
  readonly loss: number
}

async function train(...settings: string[]): Promise<Trained> {
  const all = ['data.batchSize=8', 'data.evaluationBatchSize=8', 'schedule.steps=4', ...settings].flatMap((setting) => [
    '--set',
    setting,
  ])
  const { status, stdout, stderr } = await runCli(
    temporaryFolder(),
    'train',
    '--preset',
    'demo',
    '--dataset',
    dataset,
    ...all,
    '--json',
  )
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as Trained
}

/** TensorFlow's own switch: trainers without a GPU are not given it. */
async function deterministically<R>(work: () => Promise<R>): Promise<R> {
  process.env.TF_DETERMINISTIC_OPS = '1'
  try {
    return await work()
  } finally {
    delete process.env.TF_DETERMINISTIC_OPS
  }
}

const environmentOf = ({ folder }: Trained) =>
  (JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord).environment

describe('a run', () => {
  it('trains with every switch there is, and records them as its process had them', async () => {
    const plain = await train()
    expect(environmentOf(plain)).toMatchObject({ TF_ENABLE_ONEDNN_OPTS: '1' })
    expect(environmentOf(plain)).not.toHaveProperty('TF_XLA_FLAGS')
    const switched = await train(
      'precision.xla=true',
      'precision.tf32=false',
      'precision.intraOpThreads=1',
      'precision.interOpThreads=2',
    )
    expect(environmentOf(switched)).toMatchObject({
      TF_XLA_FLAGS: '--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '2',
    })
    // The compiled step adds up in another order.
    expect(switched.loss).toBeCloseTo(plain.loss, 3)
    expect(switched.loss).not.toBe(plain.loss)
  })

  it('trains with deterministic kernels alone, as on a GPU, to the bits that a CPU gives without', async () => {
    const [plain, deterministic] = [
      await train('precision.deterministic=true'),
      await deterministically(() => train('precision.deterministic=true')),
    ]
    expect(environmentOf(deterministic)).toMatchObject({ TF_DETERMINISTIC_OPS: '1' })
    expect(deterministic.loss).toBe(plain.loss)
  })
})

describe('anneal doctor', () => {
  it('says of each device which switches have an effect, and why not otherwise', async () => {
    const { stdout, stderr } = await runCli(temporaryFolder(), 'doctor', '--json')
    const { machine, precision } = JSON.parse(stdout) as Diagnosis
    expect(machine?.devices.length, stderr).toBeGreaterThan(0)
    expect(Object.keys(precision)).toEqual(machine!.devices.map(({ name }) => name))
    const cpu = machine!.devices.find(({ type }) => type === 'CPU')!
    expect(Object.keys(precision[cpu.name]!)).toEqual([...precisionSwitches])
    expect(precision[cpu.name]).toMatchObject({
      tf32: { effective: false, reason: expect.stringContaining('Ampere') as string },
      oneDnn: { effective: true },
    })
    const { stdout: text } = await runCli(temporaryFolder(), 'doctor')
    expect(text).toContain('Precision on CPU:0')
    expect(text).toMatch(/tf32 +no effect/)
  })
})
