import { it } from 'vitest'
import { adamw } from './adamw.ts'
import { expectFormula } from './test-kit.ts'

it.each([
  { weightDecay: 0, epsilon: 1e-8 },
  { weightDecay: 0.5, epsilon: 1e-8 },
  { weightDecay: 0.5, epsilon: 0.1 },
])('AdamW is its algorithm: %j', async ({ weightDecay, epsilon }) => {
  await expectFormula(
    adamw({ beta1: 0.9, beta2: 0.999, epsilon, weightDecay }),
    ['m', 'v'],
    ({ w, m, v }, gradient, rate, t, isKernel) => {
      gradient.forEach((slope, i) => {
        m![i] = 0.9 * m![i]! + 0.1 * slope
        v![i] = 0.999 * v![i]! + 0.001 * slope * slope
        const [meanOf, squareOf] = [m![i] / (1 - 0.9 ** t), v![i] / (1 - 0.999 ** t)]
        w[i]! -= rate * (meanOf / (Math.sqrt(squareOf) + epsilon) + (isKernel ? weightDecay * w[i]! : 0))
      })
    },
  )
})
