import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord, RunStatus, RunSummary } from '../../shared/run-folder/record.ts'
import type { MetricsRecord } from '../../shared/run-folder/metrics.ts'

/** Optimizer steps between two training records, and training records between two evaluations. */
const logEvery = 10
const evaluateEvery = 100
const recordsAnEpoch = 100

/** What every made run came to. */
const summary: RunSummary = {
  top1: 0.8,
  top5: 0.99,
  loss: 0.5,
  bestTop1: 0.81,
  bestStep: 10,
  imagesPerSecond: 1000,
  seconds: 60,
  dataWait: 0.01,
}

export interface MadeRun {
  readonly id: string
  /** Writes the next training records of the run. */
  append(count: number): void
}

/**
 * Makes a run folder whose curves fall and wobble like those of training, with every value that a trainer writes.
 * A running one names this process as its trainer, so that it counts as alive.
 */
export function makeRun(home: string, index: number, points: number, status: RunStatus): MadeRun {
  const id = `2026-01-02_03-${pad(index)}-05_resnet8_made`
  const folder = join(home, 'runs', id)
  mkdirSync(folder, { recursive: true })
  const time = new Date(Date.UTC(2026, 0, 2, 3, index)).toISOString()
  const record: RunRecord = {
    format: 1,
    id,
    name: `made ${index}`,
    status,
    created: time,
    started: status === 'running' ? new Date().toISOString() : time,
    ...(status !== 'running' && { ended: time }),
    trainer: { pid: process.pid, host: hostname() },
    dataset: { name: 'made', root: home, classes: ['a', 'b'], fingerprint: '' },
    tensorFlow: '2.21.0',
    devices: ['CPU:0'],
    environment: {},
    step: points * logEvery,
    epoch: points / recordsAnEpoch,
    summary,
  }
  const recipe = parseRecipe({
    run: { name: `made ${index}`, seed: index },
    schedule: { learningRate: 0.01 * (index + 1) },
  })
  writeFileSync(join(folder, 'run.json'), JSON.stringify(record))
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe))
  let done = 0
  const append = (count: number) => {
    const lines = Array.from({ length: count }, () => linesOf(index, ++done)).flat()
    appendFileSync(join(folder, 'metrics.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  append(points)
  return { id, append }
}

const pad = (value: number) => String(value).padStart(2, '0')

/** A training record, and the evaluation that may follow it. */
function linesOf(run: number, n: number): MetricsRecord[] {
  const at = { step: n * logEvery, epoch: n / recordsAnEpoch, wall: 1_767_000_000 + n / 50 }
  const wobble = Math.sin(12.9898 * n + 78.233 * run) * 0.1
  const loss = 0.3 + (2 + run / 50) / (1 + n / 400) + wobble
  const top1 = Math.min(1, Math.max(0, 1 - loss / 3))
  const train: MetricsRecord = {
    ...at,
    split: 'train',
    values: {
      loss,
      top1,
      top5: 0.5 + top1 / 2,
      learningRate: 0.1 / (1 + n / 5000),
      imagesPerSecond: 1000 + 500 * wobble,
      dataWait: 0.001 + wobble / 1000,
    },
  }
  if (n % evaluateEvery !== 0) return [train]
  return [train, { ...at, split: 'val', values: { loss: loss + 0.1, top1: top1 * 0.95, top5: 0.5 + top1 / 2 } }]
}
