import { describe, expect, it } from 'vitest'
import { Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import { momentumSgd } from './momentum-sgd.ts'

describe('momentum SGD', () => {
  it.each([0, 0.01])('follows the formula over several steps with weight decay %d', async (weightDecay) => {
    using g = new GraphBuilder()
    const resource = (name: string) => g.op('VarHandleOp', [], { dtype: 'float32', shape: [2], shared_name: name })
    const [handle, velocity] = [resource('w'), resource('v')]
    const assign = (to: typeof handle, values: number[]) => g.operation('AssignVariableOp', [to, g.constant(values)], { dtype: 'float32' })
    const initialise = [assign(handle, [1, -2]), assign(velocity, [0, 0])]
    const value = g.op('ReadVariableOp', [handle], { dtype: 'float32' })
    // The gradient of w^3.
    const gradient = g.op('Mul', [g.op('Square', [value]), g.constant(3)])
    const learningRate = g.placeholder('float32', [])
    const step = momentumSgd(g, { learningRate, momentum: 0.875 }, [{ handle, value, gradient, velocity, weightDecay }])
    const after = g.op('ReadVariableOp', [handle], { dtype: 'float32' })
    using session = new Session(g.graph)
    await session.run({ targets: initialise })

    const weights = [1, -2]
    const velocities = [0, 0]
    for (const rate of [0.01, 0.02, 0.005, 0.01]) {
      using fed = Tensor.scalar('float32', rate)
      await session.run({ feeds: [[learningRate, fed]], targets: step })
      weights.forEach((w, i) => {
        velocities[i] = 0.875 * velocities[i]! + 3 * w * w + weightDecay * w
        weights[i] = w - rate * velocities[i]
      })
      using seen = (await session.run({ fetches: [after] }))[0]!
      Array.from(seen.data(), Number).forEach((w, i) => expect(w).toBeCloseTo(weights[i]!, 5))
    }
  })
})
