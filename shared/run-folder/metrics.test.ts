import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inStepOrder, isMetricsRecord, metricsRecord } from './metrics.ts'

it.each([
  [
    [1, 2, 2, 3],
    [1, 2, 2, 3],
  ],
  [
    [1, 5, 6, 2, 7],
    [1, 5, 6, 7],
  ],
  [
    [1, 8194, 3, 4],
    [1, 3, 4],
  ],
  [
    [9, 2, 3],
    [2, 3],
  ],
  [[], []],
])('of the steps %j those of %j are in order', (steps, expected) => {
  const records = steps.map((step) => ({ step, epoch: 0, wall: 0, split: 'train' as const, values: {} }))
  expect(inStepOrder(records).map(({ step }) => step)).toEqual(expected)
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
