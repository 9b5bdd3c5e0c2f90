import { describe, it } from 'vitest'
import { momentumSgd } from './momentum-sgd.ts'
import { expectFormula } from './test-kit.ts'

describe('momentum SGD', () => {
  it.each([0, 0.01])('is its formula, with weight decay %d on kernels', async (weightDecay) => {
    await expectFormula(
      momentumSgd({ momentum: 0.875, nesterov: false, weightDecay }),
      ['v'],
      ({ w, v }, gradient, rate, _, isKernel) => {
        gradient.forEach((slope, i) => {
          v![i] = 0.875 * v![i]! + slope + (isKernel ? weightDecay * w[i]! : 0)
          w[i]! -= rate * v![i]
        })
      },
    )
  })

  it.each([0, 0.01])("looks ahead with Nesterov's, with weight decay %d on kernels", async (weightDecay) => {
    await expectFormula(
      momentumSgd({ momentum: 0.9, nesterov: true, weightDecay }),
      ['v'],
      ({ w, v }, gradient, rate, _, isKernel) => {
        gradient.forEach((slope, i) => {
          const decayed = slope + (isKernel ? weightDecay * w[i]! : 0)
          v![i] = 0.9 * v![i]! + decayed
          w[i]! -= rate * (decayed + 0.9 * v![i])
        })
      },
    )
  })
})
