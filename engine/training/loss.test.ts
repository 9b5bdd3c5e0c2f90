import { describe, expect, it } from 'vitest'
import { RecipeError } from '../../shared/errors.ts'
import type { PartialRecipe, Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../tensorflow/graph/builder.ts'
import { crossEntropy as labelCrossEntropy, inTopK, shareOf } from '../evaluation/per-image.ts'
import { buildLoss } from './loss.ts'
import { normalise } from '../pipeline/normalise.ts'

const logits = [
  [1, 2, 3, -1, 0, 0.5],
  [0.1, -3, 2, 5, 4, 1],
  [0, 0, 0, 0, 0, 9],
]
const labels = [2, 1, 5]

/** Images of a mixed batch: shares of two classes each. */
const mixed = [
  [0, 0.25, 0.75, 0, 0, 0],
  [0, 0, 0, 0.4, 0.6, 0],
  [0, 0, 0, 0, 0, 1],
]
const weights = [0.5, 1, 2, 3, 0.1, 4]

const softmax = (row: readonly number[]) => {
  const total = row.reduce((sum, value) => sum + Math.exp(value), 0)
  return row.map((value) => Math.exp(value) / total)
}
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const oneHot = (label: number) => [0, 1, 2, 3, 4, 5].map((k) => Number(k === label))
const smooth = (target: readonly number[], smoothing: number) =>
  target.map((share) => (1 - smoothing) * share + smoothing / 6)

/** The loss of one image from its definition, in double precision. */
function lossOf(
  { name, labelSmoothing, targetThreshold, focalGamma }: Recipe['loss'],
  row: readonly number[],
  label: readonly number[],
): number {
  const target = smooth(label, labelSmoothing)
  const p = softmax(row)
  if (name === 'softmax') return -sum(p.map((share, k) => target[k]! * Math.log(share)))
  if (name === 'focal') return -sum(p.map((share, k) => target[k]! * (1 - share) ** focalGamma * Math.log(share)))
  const q = row.map((value) => 1 / (1 + Math.exp(-value)))
  const hard = targetThreshold > 0 ? target.map((share) => Number(share > targetThreshold)) : target
  return -sum(q.map((share, k) => hard[k]! * Math.log(share) + (1 - hard[k]!) * Math.log(1 - share))) / row.length
}

const meanLoss = (
  loss: Recipe['loss'],
  rows: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  perClass?: readonly number[],
) =>
  sum(
    rows.map(
      (row, i) =>
        lossOf(loss, row, targets[i]!) * (perClass ? sum(targets[i]!.map((share, k) => share * perClass[k]!)) : 1),
    ),
  ) / rows.length

const crossEntropy = (row: readonly number[], label: number) => -Math.log(softmax(row)[label]!)
const recipeOf = (values: PartialRecipe['loss']) => parseRecipe({ loss: values }).loss

async function valuesOf(build: (g: GraphBuilder) => Output[]): Promise<number[][]> {
  using g = new GraphBuilder()
  const fetches = build(g)
  using session = new Session(g.graph)
  return (await session.run({ fetches })).map((fetched) => {
    using tensor = fetched
    return Array.from(tensor.data(), Number)
  })
}
const values = async (build: (g: GraphBuilder) => Output) => (await valuesOf((g) => [build(g)]))[0]!

describe('loss', () => {
  const kinds: PartialRecipe['loss'][] = [
    { labelSmoothing: 0 },
    { labelSmoothing: 0.1 },
    { labelSmoothing: 0.5 },
    { name: 'bce', labelSmoothing: 0 },
    { name: 'bce', labelSmoothing: 0.1 },
    { name: 'bce', labelSmoothing: 0, targetThreshold: 0.2 },
    { name: 'bce', labelSmoothing: 0.1, targetThreshold: 0.5 },
    { name: 'focal', labelSmoothing: 0 },
    { name: 'focal', labelSmoothing: 0.1, focalGamma: 0.5 },
    { name: 'focal', labelSmoothing: 0.1, focalGamma: 0 },
  ]
  const cases = kinds.flatMap((values) =>
    [false, true].flatMap((soft) => [undefined, weights].map((perClass) => ({ values, soft, perClass }))),
  )

  it.each(cases)(
    'is what its definition says, and its gradient the slope of that: %j',
    async ({ values, soft, perClass }) => {
      const loss = recipeOf(values)
      const targets = soft ? mixed : labels.map(oneHot)
      const found = await valuesOf((g) => {
        const x = g.constant(logits)
        const output = buildLoss(g, {
          logits: x,
          labels: g.constant(labels, 'int32'),
          targets: soft ? g.constant(mixed) : undefined,
          classes: 6,
          loss,
          classWeights: perClass,
        })
        return [output, g.gradients(output, [x])[0]!]
      })
      expect(found[0]![0]).toBeCloseTo(meanLoss(loss, logits, targets, perClass), 5)
      logits.forEach((row, i) =>
        row.forEach((_, k) => {
          const moved = (by: number) =>
            logits.map((values, j) => values.map((value, m) => (i === j && k === m ? value + by : value)))
          const slope =
            (meanLoss(loss, moved(1e-4), targets, perClass) - meanLoss(loss, moved(-1e-4), targets, perClass)) / 2e-4
          expect(found[1]![6 * i + k], `image ${i}, class ${k}`).toBeCloseTo(slope, 5)
        }),
      )
    },
  )

  // Made with timm's formula in PyTorch 2.13: full(off) scattered with on, binary_cross_entropy_with_logits, mean.
  it('bce with smoothing is that of timm', async () => {
    const [loss] = await values((g) =>
      buildLoss(g, {
        logits: g.constant(logits),
        labels: g.constant(labels, 'int32'),
        classes: 6,
        loss: recipeOf({ name: 'bce' }),
      }),
    )
    expect(loss).toBeCloseTo(1.4277682144813757, 5)
  })

  it.each([
    recipeOf({ name: 'focal', labelSmoothing: 0, focalGamma: 0.5 }),
    recipeOf({ name: 'focal', labelSmoothing: 0 }),
    recipeOf({ name: 'bce' }),
    recipeOf({}),
  ])('of $name stays finite for an image beyond doubt, and so does its gradient', async (loss) => {
    const found = await valuesOf((g) => {
      const x = g.constant([
        [200, -200],
        [-200, 200],
      ])
      const output = buildLoss(g, { logits: x, labels: g.constant([0, 0], 'int32'), classes: 2, loss })
      return [output, g.gradients(output, [x])[0]!]
    })
    expect(found.flat().every(Number.isFinite)).toBe(true)
  })

  it('refuses a threshold that every class is above', async () => {
    const loss = recipeOf({ name: 'bce', labelSmoothing: 0.6, targetThreshold: 0.05 })
    await expect(
      valuesOf((g) => [
        buildLoss(g, { logits: g.constant(logits), labels: g.constant(labels, 'int32'), classes: 6, loss }),
      ]),
    ).rejects.toThrow(RecipeError)
  })

  it('is given for each image too', async () => {
    const losses = await values((g) => labelCrossEntropy(g, g.constant(logits), g.constant(labels, 'int32')))
    losses.forEach((loss, i) => expect(loss).toBeCloseTo(crossEntropy(logits[i]!, labels[i]!), 5))
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
    const pixels = await values((g) =>
      normalise(g, g.constant([0, 128, 255, 10, 20, 30], 'uint8', [1, 1, 2, 3]), [10, 20, 30], [2, 4, 8]),
    )
    const expected = [(0 - 10) / 2, (128 - 20) / 4, (255 - 30) / 8, 0, 0, 0]
    pixels.forEach((pixel, i) => expect(pixel).toBeCloseTo(expected[i]!, 5))
  })
})
