import { describe, expect, it } from 'vitest'
import { pairedTest } from './paired-test.ts'

describe('the paired test', () => {
  it("comes to Student's own example of two sleeping draughts", () => {
    // Extra hours of sleep of ten patients, from the paper of 1908; p and t by mpmath 1.3 at 40 digits, the interval as R's t.test prints it.
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    const test = pairedTest(first.map((value, i) => [value, second[i]!]))!
    expect(test.pairs).toBe(10)
    expect(test.mean).toBeCloseTo(1.58, 12)
    expect(test.t).toBeCloseTo(4.062127683382036, 12)
    expect(test.p).toBeCloseTo(0.002832890197384273, 14)
    expect(test.mean - test.margin).toBeCloseTo(0.7001142, 7)
    expect(test.mean + test.margin).toBeCloseTo(2.4598858, 7)
  })

  it('finds nothing in differences that cancel out', () => {
    expect(
      pairedTest([
        [0, 1],
        [1, 0],
      ]),
    ).toMatchObject({ mean: 0, t: 0, p: 1 })
  })

  it.each([
    ['one pair', [[1, 2]]],
    ['none', []],
    [
      'equal differences',
      [
        [0.1, 0.3],
        [0.2, 0.4],
        [0.7, 0.9],
      ],
    ],
    [
      'equal measurements',
      [
        [0.5, 0.5],
        [0.6, 0.6],
      ],
    ],
  ] as const)('says nothing of %s', (_, pairs) => {
    expect(pairedTest(pairs)).toBeUndefined()
  })
})
