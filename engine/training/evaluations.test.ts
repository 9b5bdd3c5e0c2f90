import { describe, expect, it } from 'vitest'
import type { BestMetric } from '../../shared/run-folder/best-metric.ts'
import { Evaluations } from './evaluations.ts'

/** Top-1, top-5 and loss after 10, 20, ... steps. */
const history = [
  [0.5, 0.9, 2],
  [0.7, 0.8, 1.5],
  [0.7, 0.95, 1],
  [0.6, 0.95, 1.2],
] as const

function record(metric: BestMetric) {
  const evaluations = new Evaluations(metric)
  const news = history.map(([top1, top5, loss], i) => evaluations.add(10 * (i + 1), { top1, top5, loss }))
  return { evaluations, news }
}

describe('the best evaluation', () => {
  it.each([
    ['top1', 20, [true, true, false, false]],
    ['top5', 30, [true, false, true, false]],
    ['loss', 30, [true, true, true, false]],
  ] as const)('by %s is the first of the best', (metric, step, expected) => {
    const { evaluations, news } = record(metric)
    expect(news).toEqual(expected)
    expect(evaluations.best?.step).toBe(step)
    expect(evaluations.last).toEqual({ step: 40, top1: 0.6, top5: 0.95, loss: 1.2 })
  })

  it.each([
    ['top1', [0, 0, 1, 2]],
    ['top5', [0, 1, 0, 1]],
    ['loss', [0, 0, 0, 1]],
  ] as const)('by %s says how many have come since', (metric, expected) => {
    const evaluations = new Evaluations(metric)
    expect(evaluations.sinceBest).toBe(0)
    const counts = history.map(([top1, top5, loss], i) => {
      evaluations.add(10 * (i + 1), { top1, top5, loss })
      return evaluations.sinceBest
    })
    expect(counts).toEqual(expected)
  })

  it('counts anew from where the run was made longer', () => {
    const evaluations = new Evaluations('top1', 40)
    const counts = [0.9, 0.5, 0.5, 0.5, 0.5, 0.5].map((top1, i) => {
      evaluations.add(10 * (i + 1), { top1, top5: 1, loss: 1 })
      return evaluations.sinceBest
    })
    expect(counts).toEqual([0, 0, 0, 0, 1, 2])
    expect(evaluations.best?.step).toBe(10)
  })
})
