import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appendLine, filterLines, isObject, readLines } from './json-lines.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  file = join(folder, 'metrics.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('appends records and reads them back', () => {
  expect(readLines(file, isObject)).toEqual([])
  appendLine(file, { step: 1 })
  appendLine(file, { step: 2, text: 'two\nlines' })
  expect(readLines(file, isObject)).toEqual([{ step: 1 }, { step: 2, text: 'two\nlines' }])
})

it('leaves out a last line that was cut short, and mends the file when it filters', () => {
  for (const step of [1, 2, 3]) appendLine(file, { step })
  appendFileSync(file, '{"step": 4, "va')
  expect(readLines(file, isObject)).toHaveLength(3)
  expect(filterLines(file, (record) => (record as { step: number }).step <= 2)).toBe(0)
  expect(readFileSync(file, 'utf8')).toMatch(/^\{"step":1,"crc":"[0-9a-f]{8}"\}\n\{"step":2,"crc":"[0-9a-f]{8}"\}\n$/)
  appendFileSync(file, '{"step": 3, "va\n')
  expect(filterLines(file, () => true)).toBe(1)
})
