import { expect, it } from 'vitest'
import { labelErrors } from './label-errors.ts'
import type { Logits } from './samples.ts'
import { near } from './test-kit.ts'

const CLASSES = 3

/** 60 samples, every seventh with the label of the next class; the golden values were made from the same numbers. */
const fixture: Logits = {
  classes: CLASSES,
  labels: Int32Array.from({ length: 60 }, (_, i) => (i % 7 ? i : i + 1) % CLASSES),
  logits: Float32Array.from({ length: 60 * CLASSES }, (_, at) => {
    const [i, k] = [Math.floor(at / CLASSES), at % CLASSES]
    return (((i * 7 + k * 13 + i * k * 5) % 17) - 8) / 4 + (i % 5 && k === i % CLASSES ? 2 : 0)
  }),
}

// cleanlab 2.9.0: get_confident_thresholds, compute_confident_joint(calibrate=False), get_label_quality_scores
// (self_confidence), find_label_issues (prune_by_noise_rate, ranked by self_confidence)
it('thresholds, the confident joint, scores and candidates are those of cleanlab', () => {
  const found = labelErrors(fixture)
  expect([...found.thresholds]).toEqual(near([0.5173874474794748, 0.5457805450037954, 0.5901202843798221]))
  expect([...found.joint]).toEqual([9, 5, 2, 4, 11, 0, 1, 4, 12])
  const scores = [0.710907052854594, 0.7817549843965903, 0.6655290839426197, 0.278600689196273, 0.7817549843965903]
  expect([...found.scores.subarray(0, 5)]).toEqual(scores.map((value): unknown => expect.closeTo(value, 6)))
  const golden = [56, 7, 40, 30, 21, 28, 15, 42, 51, 20, 49, 27, 14, 46, 19, 3, 54]
  expect([...found.candidates]).toEqual(golden)
  for (const row of found.candidates) {
    const logits = Array.from(fixture.logits.subarray(CLASSES * row, CLASSES * (row + 1)))
    expect(found.suggestions[row]).toBe(logits.indexOf(Math.max(...logits)))
  }
  expect(found.withoutScore).toBe(0)
})

it('a sample without numbers is neither judged nor counted', () => {
  const logits = fixture.logits.slice()
  logits[CLASSES * 56 + 1] = NaN
  const found = labelErrors({ ...fixture, logits })
  expect([found.withoutScore, found.scores[56], found.suggestions[56]]).toEqual([1, NaN, -1])
  expect(found.candidates).not.toContain(56)
  const without = labelErrors({
    classes: CLASSES,
    labels: fixture.labels.filter((_, i) => i !== 56),
    logits: fixture.logits.filter((_, at) => Math.floor(at / CLASSES) !== 56),
  })
  expect([found.thresholds, found.joint]).toEqual([without.thresholds, without.joint])
})

it('a class without samples is suggested, but nobody is confidently of it', () => {
  const labels = fixture.labels.map((label) => (label === 2 ? 0 : label))
  const found = labelErrors({ ...fixture, labels })
  expect(found.thresholds[2]).toBeNaN()
  expect([2, 5, 6, 7, 8].map((cell) => found.joint[cell])).toEqual([0, 0, 0, 0, 0])
  expect([...found.suggestions]).toContain(2)
})

it('a label that the network takes for the likeliest is no candidate, and where all are right there is none', () => {
  const logits = fixture.logits.map((_, at) => (fixture.labels[Math.floor(at / CLASSES)] === at % CLASSES ? 4 : 0))
  expect(labelErrors({ ...fixture, logits }).candidates).toHaveLength(0)
})

it('one class, no samples and columns that do not fit are refused', () => {
  const none = { labels: new Int32Array(0), logits: new Float32Array(0) }
  expect(() => labelErrors({ ...none, classes: 3 })).toThrow('no samples')
  expect(() => labelErrors({ classes: 1, labels: Int32Array.of(0), logits: Float32Array.of(1) })).toThrow('two classes')
  expect(() => labelErrors({ ...fixture, classes: 4 })).toThrow('180 logits for 60 samples')
})

it('a thousand classes need memory for their samples and pairs alone', { timeout: 60_000 }, () => {
  const [classes, count] = [1000, 20_000]
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes)
  const logits = new Float32Array(count * classes)
  labels.forEach((label, i) => (logits[i * classes + (i % 20 ? label : (label + 1) % classes)] = 9))
  const before = process.memoryUsage().arrayBuffers
  const { candidates } = labelErrors({ classes, labels, logits })
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(logits.byteLength / 2)
  expect(candidates.every((row) => row % 20 === 0)).toBe(true)
  expect(candidates.length).toBeGreaterThan(900)
})
