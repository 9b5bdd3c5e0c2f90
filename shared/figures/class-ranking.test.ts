import { describe, expect, it } from 'vitest'
import { classAreas, classCurves } from './class-ranking.ts'
import { averagePrecisionInterval } from './intervals.ts'
import { fixture, nearTo, probabilities } from './test-kit.ts'

describe('the areas of classes', () => {
  it('are those of scikit-learn, and absent for a class without samples', () => {
    const { classes, meanRocArea, meanAveragePrecision, withoutScore } = classAreas(fixture)
    // scikit-learn 1.9.1: roc_auc_score, average_precision_score of log_softmax in float32
    const golden = [
      [0.7252747252747254, 0.6338111483909803],
      [0.7749287749287749, 0.6708145983842271],
      [0.9544159544159544, 0.9291838503376965],
    ]
    expect(classes).toEqual([
      ...golden.map(([rocArea, averagePrecision], label) => ({
        rocArea: nearTo(rocArea!),
        averagePrecision: nearTo(averagePrecision!),
        averagePrecisionInterval: averagePrecisionInterval(
          classes[label]!.averagePrecision!,
          fixture.labels.filter((one) => one === label).length,
        ),
      })),
      {},
    ])
    expect(meanRocArea).toBeCloseTo((0.7252747252747254 + 0.7749287749287749 + 0.9544159544159544) / 3, 9)
    expect(meanAveragePrecision).toBeCloseTo((0.6338111483909803 + 0.6708145983842271 + 0.9291838503376965) / 3, 9)
    expect(withoutScore).toBe(0)
  })

  it('are the same for more classes than are read together', () => {
    const classes = 37
    const labels = Int32Array.from({ length: 200 }, (_, i) => (i * i) % classes)
    const logits = Float32Array.from({ length: 200 * classes }, (_, i) => Math.sin(i * i) * 3)
    const all = classAreas({ classes, labels, logits })
    for (const wanted of [0, 15, 16, 36]) {
      const { roc, precisionRecall } = classCurves({ classes, labels, logits }, wanted)
      expect([roc.area, precisionRecall.area]).toEqual([
        all.classes[wanted]!.rocArea,
        all.classes[wanted]!.averagePrecision,
      ])
    }
  })

  it('are of the rows that are asked for', () => {
    const rows = Int32Array.of(0, 1, 3, 4, 12, 17)
    const part = {
      classes: 4,
      labels: Int32Array.from(rows, (row) => fixture.labels[row]!),
      logits: Float32Array.from({ length: 24 }, (_, i) => fixture.logits[4 * rows[Math.floor(i / 4)]! + (i % 4)]!),
    }
    expect(classAreas(fixture, rows)).toEqual(classAreas(part))
  })

  it('put a sample without finite logits last', () => {
    const logits = fixture.logits.slice()
    logits[4 * 3 + 2] = NaN
    logits[4 * 7] = Infinity
    const gaps = classAreas({ ...fixture, logits })
    expect(gaps.withoutScore).toBe(2)
    expect(gaps.classes[0]!.rocArea).toBeGreaterThan(0.5)
    expect(gaps.classes[0]!.rocArea).toBeLessThan(0.7252747252747254)
  })

  it('have no means where no class has samples and others', () => {
    expect(classAreas({ classes: 1, labels: Int32Array.of(0), logits: Float32Array.of(1) })).toEqual({
      classes: [{ averagePrecision: 1 }],
      meanAveragePrecision: 1,
      withoutScore: 0,
    })
  })

  it('refuse columns that do not fit together', () => {
    for (const wanted of [-1, 4]) expect(() => classCurves(fixture, wanted)).toThrow(`no class ${wanted} among 4`)
    expect(() => classAreas(fixture, Int32Array.of(0, -1))).toThrow('no sample -1 among 40')
    expect(() => classAreas({ ...fixture, classes: 5 })).toThrow('160 logits for 40 samples and 5 classes')
    expect(() => classAreas({ ...fixture, labels: fixture.labels.map(() => 4) })).toThrow('label of sample 0 is 4')
  })
})

it('the thresholds of a class are probabilities', () => {
  const { roc } = classCurves(fixture, 1, Int32Array.of(4, 9))
  const both = [probabilities(fixture, 4)[1]!, probabilities(fixture, 9)[1]!].sort((a, b) => b - a)
  expect(roc.thresholds[0]).toBe(Infinity)
  expect([...roc.thresholds.subarray(1)]).toEqual(both.map((value): unknown => expect.closeTo(value, 6)))
})
