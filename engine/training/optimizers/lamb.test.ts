import { it } from 'vitest'
import { lamb } from './lamb.ts'
import { expectFormula, length } from './test-kit.ts'

it.each([
  { weightDecay: 0, epsilon: 1e-6 },
  { weightDecay: 0.5, epsilon: 1e-6 },
  { weightDecay: 0.5, epsilon: 0.1 },
])('LAMB is its algorithm: %j', async ({ weightDecay, epsilon }) => {
  await expectFormula(
    lamb({ beta1: 0.9, beta2: 0.99, epsilon, weightDecay }),
    ['m', 'v'],
    ({ w, m, v }, gradient, rate, t, isKernel) => {
      const update = gradient.map((slope, i) => {
        m![i] = 0.9 * m![i]! + 0.1 * slope
        v![i] = 0.99 * v![i]! + 0.01 * slope * slope
        const adam = m![i] / (1 - 0.9 ** t) / (Math.sqrt(v![i] / (1 - 0.99 ** t)) + epsilon)
        return adam + (isKernel ? weightDecay * w[i]! : 0)
      })
      const trust = isKernel && length(w) > 0 && length(update) > 0 ? length(w) / length(update) : 1
      update.forEach((change, i) => (w[i]! -= rate * trust * change))
    },
  )
})
