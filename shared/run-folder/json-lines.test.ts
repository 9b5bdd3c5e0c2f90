import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonLine, parseJsonLines } from './json-lines.ts'
import { isMetricsRecord, metricsRecord } from './metrics.ts'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

it('leaves out what is cut short, empty or no record, and keeps the order', () => {
  const text = `${jsonLine({ a: 1 })}\n{"b": 2\n7\n${jsonLine({ c: 'two\nlines' })}{"d":`
  expect(parseJsonLines(text, isObject)).toEqual([{ a: 1 }, { c: 'two\nlines' }])
  expect(parseJsonLines('', isObject)).toEqual([])
  expect(parseJsonLines('{"a":1}', isObject)).toEqual([])
})

it('gives back any records', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (records) => {
      const lines = records.map(jsonLine).join('')
      expect(parseJsonLines(lines, isObject)).toEqual(JSON.parse(JSON.stringify(records)))
    }),
  )
})

it('metric records are judged alike by the schema and by the quick look', () => {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null), fc.string())
  const values = fc.oneof(
    fc.dictionary(fc.string(), fc.oneof(number, fc.boolean())),
    fc.array(fc.integer()),
    fc.integer(),
    fc.constant(null),
  )
  const split = fc.constantFrom('train', 'val', 'test', 3)
  const record = fc.record({ step: number, epoch: number, wall: number, split, values }, { requiredKeys: [] })
  fc.assert(
    fc.property(fc.oneof(record, fc.jsonValue()), (value) => {
      expect(isMetricsRecord(value)).toBe(metricsRecord.safeParse(value).success)
    }),
    { numRuns: 500 },
  )
})
