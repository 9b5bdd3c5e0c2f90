import { describe, expect, it } from 'vitest'
import type { MachineLoad } from '../../shared/contract/workbench.ts'
import { throughputAdvice } from './throughput-advice.ts'

const load = (cpu: number, gpu?: number, memoryUsed = 10): MachineLoad => ({
  wall: 0,
  cpu,
  memoryUsed: 1,
  memoryTotal: 2,
  gpus: gpu === undefined ? [] : [{ name: 'H200', utilisation: gpu, memoryUsed, memoryTotal: 100 }],
})

describe('the throughput doctor', () => {
  it.each([
    [
      'decoding',
      { waiting: 0.35, onGpu: true, load: load(0.97, 0.5) },
      'data',
      /waits for images 35% .* 97% busy, so decoding is the limit/,
    ],
    [
      'reading',
      { waiting: 0.6, onGpu: true, load: load(0.2, 0.5) },
      'data',
      /waits for images 60% .* 20% busy, so reading is the limit/,
    ],
    ['a full GPU', { waiting: 0.01, onGpu: true, load: load(0.4, 0.98) }, 'device', /the GPU is the limit/],
    [
      'small steps',
      { waiting: 0.01, onGpu: true, load: load(0.4, 0.3) },
      'device',
      /only 30% busy: steps of 64 images .* raise data\.batchSize\. There is memory/,
    ],
    [
      'small steps, full memory',
      { waiting: 0.01, onGpu: true, load: load(0.4, 0.3, 90) },
      'device',
      /raise data\.batchSize\.$/,
    ],
    ['a processor', { waiting: 0, onGpu: false, load: load(1) }, 'device', /the processor, which trains, is the limit/],
    [
      'an unknown load',
      { waiting: 0.2, onGpu: false },
      'data',
      /^Training waits for images 20% of the time\. Store smaller/,
    ],
  ] as const)('knows %s', (_, seen, limit, text) => {
    const advice = throughputAdvice({ batchSize: 64, ...seen })
    expect(advice.limit).toBe(limit)
    expect(advice.text).toMatch(text)
  })
})
