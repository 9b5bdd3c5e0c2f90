import { it } from 'vitest'
import { lars } from './lars.ts'
import { expectFormula, length } from './test-kit.ts'

it.each([0, 0.05])('LARS is its algorithm, with weight decay %d', async (weightDecay) => {
  await expectFormula(
    lars({ momentum: 0.9, weightDecay, trustCoefficient: 0.02 }),
    ['v'],
    ({ w, v }, gradient, rate, _, isKernel) => {
      const decay = isKernel ? weightDecay : 0
      const sizes = [length(w), length(gradient)] as const
      const trust = isKernel && sizes[0] > 0 && sizes[1] > 0 ? (0.02 * sizes[0]) / (sizes[1] + decay * sizes[0]) : 1
      gradient.forEach((slope, i) => {
        v![i] = 0.9 * v![i]! + rate * trust * (slope + decay * w[i]!)
        w[i]! -= v![i]
      })
    },
  )
})
