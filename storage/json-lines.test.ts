import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonLine, parseJsonLines } from './json-lines.ts'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

it('counts what is no record or damaged, passes over what is empty, and keeps the order', () => {
  const text = `${jsonLine({ a: 1 })}\n{"b": 2\n7\n{"old":3}\n${jsonLine({ c: 'two\nlines' })}{"d":`
  expect(parseJsonLines(text, isObject)).toEqual({
    records: [{ a: 1 }, { old: 3 }, { c: 'two\nlines' }],
    leftOut: 2,
    isCutShort: true,
  })
  expect(parseJsonLines('', isObject)).toEqual({ records: [], leftOut: 0, isCutShort: false })
  expect(parseJsonLines('{"a":1}', isObject)).toEqual({ records: [], leftOut: 0, isCutShort: true })
  // Together they would be two records.
  expect(parseJsonLines('{"a":1},{"b":2}\n', isObject)).toMatchObject({ records: [], leftOut: 1 })
})

it('gives back any records', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (records) => {
      const lines = records.map(jsonLine).join('')
      const expected: unknown = JSON.parse(JSON.stringify(records))
      expect(parseJsonLines(lines, isObject)).toEqual({ records: expected, leftOut: 0, isCutShort: false })
    }),
  )
})

it('a bit that has changed costs the lines that it lies in, and is told; or it changes nothing of a record', () => {
  const records = [1, 2, 3].map((step) => ({ step, values: { loss: step / 7 } }))
  const whole = Buffer.from(records.map(jsonLine).join(''))
  fc.assert(
    fc.property(fc.nat(8 * whole.length - 1), (bit) => {
      const flipped = Buffer.from(whole)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const read = parseJsonLines(flipped.toString('utf8'), isObject)
      if (read.leftOut > 0 || read.isCutShort) expect(records).toEqual(expect.arrayContaining(read.records))
      else expect(read.records).toMatchObject(records)
    }),
    { numRuns: 400 },
  )
})
