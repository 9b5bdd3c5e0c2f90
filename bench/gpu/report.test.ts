import { expect, it } from 'vitest'
import type { Row } from './job.ts'
import { goalFor, markdown, type Setting } from './report.ts'
import { large, small } from './sizes.ts'

const h200: Setting = {
  date: '2026-11-30T10:00:00.000Z',
  device: { name: 'GPU:0', type: 'GPU', memoryBytes: 140e9, model: 'NVIDIA H200', computeCapability: '9.0' },
  processor: 'Xeon',
  cores: 16,
  tensorFlow: '2.21.0',
  node: '20.20.2',
  sizes: large,
  seconds: 600,
  rounds: 3,
  notes: ['A note.'],
}
const rows: Row[] = (
  [
    { name: 'fp16', amp: true, imagesPerSecond: 3000, memoryBytes: 21.5e9, rounds: 3, told: [] },
    { name: 'XLA', amp: true, imagesPerSecond: 3387, rounds: 2, told: [], ratio: { besides: 'fp16', value: 1.129 } },
    { name: 'bf16', amp: true, rounds: 0, told: ['odd'], problem: 'a | b' },
    { name: 'TF32', imagesPerSecond: 9000, rounds: 3, told: [] },
    {
      name: 'PyTorch',
      contender: true,
      version: '2.15',
      imagesPerSecond: 3100,
      rounds: 3,
      told: [],
      ratio: { besides: 'fp16', value: 3000 / 3100 },
    },
    { name: 'files', imagesPerSecond: 812.3, dataWait: 0.123, rounds: 1, told: ['odd'] },
  ] satisfies Omit<Row, 'rates'>[]
).map((row) => ({ ...row, rates: [] }))

it('holds the fastest row with AMP against the goal, on an H200 at the size of the goal', () => {
  expect(goalFor(h200, rows)).toMatchObject({
    imagesPerSecond: 3079,
    fastest: { name: 'XLA', ratio: 3387 / 3079 },
  })
  expect(goalFor(h200, [])).not.toHaveProperty('fastest')
  expect(goalFor({ ...h200, sizes: small }, rows)).not.toHaveProperty('fastest')
  expect(goalFor({ ...h200, device: { ...h200.device, model: 'NVIDIA H100' } }, rows)).not.toHaveProperty('fastest')
})

it('is a table in Markdown', () => {
  const report = { ...h200, took: 570, rows, goal: goalFor(h200, rows) }
  expect(markdown(report).split('\n')).toEqual([
    'resnet50, 224 px, 256 images a step, 1000 classes; 30 steps in each process after 10 of warm-up. NVIDIA H200, compute capability 9.0; Xeon, 16 cores; TensorFlow 2.21.0, PyTorch 2.15, Node 20.20.2. 9.5 of 10 minutes on 2026-11-30, 3 rounds at most. Medians of the rounds, and of the ratios within a round.',
    '',
    'A note.',
    '',
    '|  | images/s | compared | GPU memory, GB | rounds |  |',
    '| --- | --- | --- | --- | --- | --- |',
    '| fp16 | 3,000 |  | 21.50 | 3 |  |',
    '| XLA | 3,387 | 1.13 times fp16 |  | 2 |  |',
    '| bf16 | - |  |  | 0 | not measured: a \\| b; odd |',
    '| TF32 | 9,000 |  |  | 3 |  |',
    '| PyTorch | 3,100 | fp16 is 0.97 times as fast |  | 3 |  |',
    '| files | 812 |  |  | 1 | waited for images 12.3 % of the time; odd |',
    '| goal | 3,079 | XLA is 1.10 times as fast: reached |  |  | to be above this: stock PyTorch with AMP, ResNet-50 at 224 px, measured on an NVIDIA H200 |',
    '',
  ])
  const slower = { ...report, goal: goalFor(h200, [rows[0]!]) }
  expect(markdown(slower)).toContain('| goal | 3,079 | fp16 is 0.97 times as fast: not reached |')
})
