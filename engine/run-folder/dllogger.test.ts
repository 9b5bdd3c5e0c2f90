import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StorageError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { DlLog } from './dllogger.ts'

interface Line {
  readonly timestamp: string
  readonly datetime: string
  readonly elapsedtime: string
  readonly type: string
  readonly step?: unknown
  readonly data?: unknown
}

const recipe = parseRecipe({})
const figures = { top1: 0.5, top5: 0.75, loss: 1.25 }

function linesOf(file: string): Line[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.every((line) => line.startsWith('DLLL {'))).toBe(true)
  return lines.map((line) => JSON.parse(line.slice('DLLL '.length)) as Line)
}

describe("a log in DLLogger's form", () => {
  it('has parameters, steps, epochs and an end', () => {
    const file = join(temporaryFolder(), 'log.json')
    const log = new DlLog(file, recipe)
    log.step(3, 4, { loss: 2, top1: 0.25, dataWait: 0.5, learningRate: 0.1, imagesPerSecond: 100 })
    log.step(4, 4, { loss: 1, top1: 0.5, dataWait: 0.5, learningRate: 0.2, imagesPerSecond: 110 })
    log.evaluated(4, 4, figures)
    log.ended({ imagesPerSecond: 105, seconds: 1, dataWait: 0 }, figures)
    const lines = linesOf(file)
    const logged = lines.filter(({ type }) => type === 'LOG').map(({ step, data }) => [step, data])
    const second = { 'train.loss': 1, 'train.top1': 50, 'train.total_ips': 110, 'train.data_time': 0.5, lr: 0.2 }
    const validation = { 'val.top1': 50, 'val.top5': 75, 'val.loss': 1.25 }
    expect(logged).toEqual([
      ['PARAMETER', recipe],
      [[0, 3], { 'train.loss': 2, 'train.top1': 25, 'train.total_ips': 100, 'train.data_time': 0.5, lr: 0.1 }],
      [[0, 4], second],
      [[0], second],
      [[0], validation],
      [[], { 'train.total_ips': 105, ...validation }],
    ])
    expect(lines.filter(({ type }) => type === 'METADATA')).toHaveLength(8)
    for (const { timestamp, datetime, elapsedtime } of lines) {
      expect(datetime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00$/)
      expect(Date.parse(datetime.replace(' ', 'T')) / 1000).toBeCloseTo(Number(timestamp), 2)
      expect(Number(elapsedtime)).toBeGreaterThanOrEqual(0)
    }
  })

  it('is appended to, and refused at once where it cannot be written', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'log.json')
    for (let start = 0; start < 2; start++) new DlLog(file, recipe)
    expect(linesOf(file).filter(({ step }) => step === 'PARAMETER')).toHaveLength(2)
    expect(() => new DlLog(join(file, 'log.json'), recipe)).toThrow(StorageError)
  })
})
