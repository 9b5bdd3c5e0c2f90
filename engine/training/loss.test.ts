import { describe, expect, it } from 'vitest'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../tensorflow/graph/builder.ts'
import { softmaxCrossEntropy, sparse } from './loss.ts'
import { inTopK, shareOf } from './metrics.ts'
import { normalise } from './normalise.ts'

const logits = [
  [1, 2, 3, -1, 0, 0.5],
  [0.1, -3, 2, 5, 4, 1],
  [0, 0, 0, 0, 0, 9],
]
const labels = [2, 1, 5]

/** -sum(target log softmax), from the definition. */
function crossEntropy(row: readonly number[], label: number, smoothing: number): number {
  const total = row.reduce((sum, value) => sum + Math.exp(value), 0)
  return row.reduce((sum, value, k) => {
    const target = (k === label ? 1 - smoothing : 0) + smoothing / row.length
    return sum - target * Math.log(Math.exp(value) / total)
  }, 0)
}

async function values(build: (g: GraphBuilder) => Output): Promise<number[]> {
  using g = new GraphBuilder()
  const output = build(g)
  using session = new Session(g.graph)
  using tensor = (await session.run({ fetches: [output] }))[0]!
  return Array.from(tensor.data(), Number)
}

describe('loss', () => {
  it.each([0, 0.1, 0.5])('is the mean cross-entropy with smoothing %d', async (smoothing) => {
    const expected = logits.reduce((sum, row, i) => sum + crossEntropy(row, labels[i]!, smoothing), 0) / 3
    const [loss] = await values((g) => softmaxCrossEntropy(g, g.constant(logits), g.constant(labels, 'int32'), 6, smoothing))
    expect(loss).toBeCloseTo(expected, 5)
  })

  it.each([0, 0.1])('has the gradient softmax - target, over the batch, with smoothing %d', async (smoothing) => {
    const gradient = await values((g) => {
      const x = g.constant(logits)
      return g.gradients(softmaxCrossEntropy(g, x, g.constant(labels, 'int32'), 6, smoothing), [x])[0]!
    })
    logits.forEach((row, i) => {
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0)
      row.forEach((value, k) => {
        const target = (k === labels[i] ? 1 - smoothing : 0) + smoothing / 6
        expect(gradient[6 * i + k]).toBeCloseTo((Math.exp(value) / total - target) / 3, 5)
      })
    })
  })

  it('is given for each image too', async () => {
    const losses = await values((g) => sparse(g, g.constant(logits), g.constant(labels, 'int32')))
    losses.forEach((loss, i) => expect(loss).toBeCloseTo(crossEntropy(logits[i]!, labels[i]!, 0), 5))
  })
})

describe('metrics', () => {
  it('count labels among the highest logits', async () => {
    expect(await values((g) => inTopK(g, g.constant(logits), g.constant(labels, 'int32'), 1, 6))).toEqual([1, 0, 1])
    expect(await values((g) => inTopK(g, g.constant(logits), g.constant(labels, 'int32'), 5, 6))).toEqual([1, 0, 1])
    const [share] = await values((g) => shareOf(g, inTopK(g, g.constant(logits), g.constant(labels, 'int32'), 1, 6)))
    expect(share).toBeCloseTo(2 / 3, 6)
  })

  it('take all classes where there are fewer than k', async () => {
    expect(await values((g) => inTopK(g, g.constant([[3, 1]]), g.constant([1], 'int32'), 5, 2))).toEqual([1])
  })
})

describe('normalise', () => {
  it('subtracts the mean and divides by the standard deviation of each channel', async () => {
    const pixels = await values((g) => normalise(g, g.constant([0, 128, 255, 10, 20, 30], 'uint8', [1, 1, 2, 3]), [10, 20, 30], [2, 4, 8]))
    const expected = [(0 - 10) / 2, (128 - 20) / 4, (255 - 30) / 8, 0, 0, 0]
    pixels.forEach((pixel, i) => expect(pixel).toBeCloseTo(expected[i]!, 5))
  })
})
