import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { isMetricsRecord } from '../../shared/run-folder/metrics.ts'
import { appendLine, readLines } from './json-lines.ts'
import { setAside } from './set-aside.ts'

const record = (step: number) => ({ step, epoch: step, wall: 0, split: 'val', values: { top1: 0.5 } })

function makeRun(...steps: number[]): string {
  const folder = temporaryFolder()
  for (const step of steps) addStep(folder, step)
  return folder
}

function addStep(folder: string, step: number): void {
  mkdirSync(join(folder, 'checkpoints', `step-${step}`), { recursive: true })
  writeFileSync(join(folder, 'checkpoints', `step-${step}`, 'manifest.json'), '{}')
  mkdirSync(join(folder, 'evaluation'), { recursive: true })
  writeFileSync(join(folder, 'evaluation', `step-${step}-val.json`), '{}')
  appendLine(join(folder, 'metrics.jsonl'), record(step))
}

it('what came after a step is kept beside the run, whole or damaged, and each time in a folder of its own', () => {
  const folder = makeRun(5, 10, 20)
  const metrics = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
  writeFileSync(join(folder, 'checkpoints', 'step-20', 'manifest.json'), 'damaged')
  writeFileSync(join(folder, 'evaluation', 'step-20-test-flowers-12345678.json'), '{}')
  expect(setAside(folder, 5)).toBe(
    'The run goes on from step 5, so what it did after that counts no more and is kept in abandoned/after-step-5: 2 checkpoints (step-10 and step-20), 3 evaluations, 2 lines of metrics.jsonl.',
  )
  const place = join(folder, 'abandoned', 'after-step-5')
  expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['step-5'])
  expect(readdirSync(join(folder, 'evaluation'))).toEqual(['step-5-val.json'])
  expect(readdirSync(join(place, 'checkpoints')).sort()).toEqual(['step-10', 'step-20'])
  expect(readdirSync(join(place, 'evaluation'))).toHaveLength(3)
  expect(readLines(join(place, 'metrics.jsonl'), isMetricsRecord)).toEqual([record(10), record(20)])
  // Who opens the run takes them out.
  expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toBe(metrics)

  addStep(folder, 6)
  expect(setAside(folder, 5)).toMatch(/kept in abandoned\/after-step-5_2: the checkpoint step-6, 1 evaluation/)
})

it.each([[[]], [[5, 10]]])('nothing is done where nothing came later: %s', (steps) => {
  const folder = makeRun(...steps)
  appendLine(join(folder, 'metrics.jsonl'), record(12))
  expect(setAside(folder, 10)).toBeUndefined()
  expect(readdirSync(folder)).not.toContain('abandoned')
})

it('a report of a later step is set aside also where its checkpoint is gone', () => {
  const folder = makeRun(5)
  writeFileSync(join(folder, 'evaluation', 'step-9-val.json'), '{}')
  expect(setAside(folder, 5)).toMatch(/after-step-5: 1 evaluation\.$/)
})
