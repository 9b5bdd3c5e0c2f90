import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CheckpointError } from '../../shared/errors.ts'
import {
  bestCheckpoint,
  findCheckpoint,
  goBackBefore,
  listCheckpoints,
  pruneCheckpoints,
  verifyCheckpoint,
  writeCheckpoint,
} from './checkpoint-folder.ts'

let root: string
beforeEach(() => (root = join(mkdtempSync(join(tmpdir(), 'anneal-')), 'checkpoints')))
afterEach(() => rmSync(join(root, '..'), { recursive: true }))

const save = (step: number, top1?: number) =>
  writeCheckpoint(
    root,
    {
      step,
      epoch: step / 10,
      position: step * 4,
      seed: 1,
      tensors: [],
      ...(top1 !== undefined && { metrics: { top1, top5: 1, loss: 1 } }),
    },
    (prefix) => Promise.resolve(writeFileSync(`${prefix}.index`, `weights after ${step}`)),
  )
const names = () => readdirSync(root).sort()

describe('checkpoint folders', () => {
  it('are complete once they have their name', async () => {
    const saved = await save(10, 0.5)
    expect(readdirSync(saved.folder).sort()).toEqual(['checkpoint', 'manifest.json', 'model.index'])
    expect(listCheckpoints(root)).toEqual([saved])
    await verifyCheckpoint(saved)
  })

  it('leave nothing behind when saving fails', async () => {
    const failing = writeCheckpoint(root, { step: 1, epoch: 0, position: 0, seed: 1, tensors: [] }, () =>
      Promise.reject(new Error('no')),
    )
    await expect(failing).rejects.toThrow('no')
    expect(names()).toEqual([])
  })

  it('are found by name, newest and best', async () => {
    for (const [step, top1] of [
      [10, 0.8],
      [20, 0.9],
      [100, 0.7],
    ] as const)
      await save(step, top1)
    expect(findCheckpoint(root, 'last').name).toBe('step-100')
    expect(findCheckpoint(root, 'best').name).toBe('step-20')
    expect(findCheckpoint(root, 'step-10').manifest.step).toBe(10)
    expect(() => findCheckpoint(root, 'step-11')).toThrow('it has step-10, step-20, step-100')
  })

  it('that are incomplete are not listed, and are told of where one would be the last', async () => {
    const { manifest } = await save(10)
    mkdirSync(join(root, 'step-20'))
    expect(listCheckpoints(root).map(({ name }) => name)).toEqual(['step-10'])
    expect(() => findCheckpoint(root, 'last')).toThrow('The checkpoint step-20 is damaged (manifest.json')
    expect(findCheckpoint(root, 'best').name).toBe('step-10')
    expect(() => findCheckpoint(join(root, 'none'), 'last')).toThrow(CheckpointError)
    const broken = [
      '{"format": 1,',
      { ...manifest, tensors: undefined },
      { ...manifest, files: [] },
      { ...manifest, files: [null] },
      { ...manifest, step: 30 },
    ]
    const outside = { ...manifest, step: 20, files: [{ ...manifest.files[0], name: '../../step-10/model.index' }] }
    for (const content of [...broken, outside]) {
      writeFileSync(
        join(root, 'step-20', 'manifest.json'),
        typeof content === 'string' ? content : JSON.stringify(content),
      )
      expect(listCheckpoints(root)).toHaveLength(1)
      expect(() => findCheckpoint(root, 'best')).toThrow('The checkpoint step-20 is damaged (manifest.json')
    }
  })

  it('are refused when a file was changed, cut or lost', async () => {
    const saved = await save(10)
    const weights = join(saved.folder, 'model.index')
    writeFileSync(weights, 'weights after 99')
    await expect(verifyCheckpoint(saved)).rejects.toThrow('The checkpoint step-10 is damaged (model.index')
    truncateSync(weights, 3)
    await expect(verifyCheckpoint(saved)).rejects.toThrow(CheckpointError)
    rmSync(weights)
    await expect(verifyCheckpoint(saved)).rejects.toThrow(CheckpointError)
  })

  it('name the metric that says which is the best; of equal ones it is the first', async () => {
    const figures = [
      [0.9, 0.5],
      [0.8, 0.3],
      [0.9, 0.3],
    ] as const
    for (const bestMetric of ['top1', 'loss'] as const) {
      for (const [i, [top1, loss]] of figures.entries())
        await writeCheckpoint(
          root,
          { step: i, epoch: i, position: i, seed: 1, tensors: [], metrics: { top1, top5: 1, loss }, bestMetric },
          (prefix) => Promise.resolve(writeFileSync(`${prefix}.index`, '')),
        )
      expect(findCheckpoint(root, 'best').name).toBe(bestMetric === 'top1' ? 'step-0' : 'step-1')
    }
  })

  it('can be gone back to: those after are deleted, and it says how training goes on', async () => {
    for (const step of [10, 20, 30]) await save(step)
    const back = await goBackBefore(root, 30, { learningRateScale: 0.5, rollBacks: 2 })
    expect(names()).toEqual(['step-10', 'step-20'])
    expect(back).toEqual(findCheckpoint(root, 'last'))
    expect(back!.manifest).toMatchObject({ step: 20, learningRateScale: 0.5, rollBacks: 2 })
    await verifyCheckpoint(back!)
    expect(await goBackBefore(root, 10, {})).toBeUndefined()
    expect(names()).toEqual(['step-10', 'step-20'])
  })

  it('are pruned to the newest and the best', async () => {
    for (const [step, top1] of [
      [10, 0.8],
      [20, 0.9],
      [30, 0.7],
      [40, 0.6],
    ] as const)
      await save(step, top1)
    mkdirSync(join(root, 'step-50.unfinished'))
    pruneCheckpoints(root, 2)
    expect(names()).toEqual(['step-20', 'step-30', 'step-40'])
    expect(bestCheckpoint(listCheckpoints(root))!.name).toBe('step-20')
    expect(existsSync(join(root, 'step-20', 'model.index'))).toBe(true)
  })
})
