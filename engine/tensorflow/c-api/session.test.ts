import { describe, expect, it } from 'vitest'
import { DisposedError, TensorFlowError } from '../../../shared/errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { liveObjects } from './owned.ts'
import { Session } from './session.ts'
import { Tensor } from './tensor.ts'

/** A least-squares step: variable, gradient, update; what training does, as small as it can be. */
function leastSquares() {
  const g = new GraphBuilder()
  const weights = g.op('VarHandleOp', [], { dtype: 'float32', shape: [64, 64], shared_name: 'w' })
  const initialise = g.operation(
    'AssignVariableOp',
    [weights, g.op('Fill', [g.constant([64, 64], 'int32'), g.constant(0.01)])],
    { dtype: 'float32' },
  )
  const value = g.op('ReadVariableOp', [weights], { dtype: 'float32' })
  const x = g.placeholder('float32', [null, 64])
  const product = g.op('MatMul', [x, value])
  const loss = g.op('Mean', [g.op('Square', [product]), g.constant([0, 1], 'int32')])
  const [gradient] = g.gradients(loss, [value])
  const update = g.operation('ResourceApplyGradientDescent', [weights, g.constant(0.1), gradient!])
  return { g, session: new Session(g.graph), initialise, x, loss, update }
}

describe('Session', () => {
  it('runs without blocking the event loop', async () => {
    const { g, session, initialise, x, loss, update } = leastSquares()
    await session.run({ targets: [initialise] })
    using batch = Tensor.from('float32', [65_536, 64], new Float32Array(65_536 * 64).fill(1))
    let turns = 0
    const timer = setInterval(() => (turns += 1), 0)
    for (let i = 0; i < 10; i++)
      for (const tensor of await session.run({ feeds: [[x, batch]], fetches: [loss], targets: [update] }))
        tensor.dispose()
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
    session.dispose()
    g.dispose()
  })

  it('holds neither tensors nor memory over 10,000 steps', async () => {
    const { g, session, initialise, x, loss, update } = leastSquares()
    await session.run({ targets: [initialise] })
    const run = async (steps: number) => {
      for (let i = 0; i < steps; i++) {
        using batch = Tensor.from('float32', [16, 64], new Float32Array(16 * 64).fill(i / steps))
        for (const tensor of await session.run({ feeds: [[x, batch]], fetches: [loss], targets: [update] }))
          tensor.dispose()
      }
    }
    await run(2_000)
    const tensors = liveObjects('Tensor')
    const before = process.memoryUsage().rss
    await run(10_000)
    expect(liveObjects('Tensor')).toBe(tensors)
    // A leak of the fed batch alone would be 40 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(15e6)
    session.dispose()
    g.dispose()
  })

  it('tells code, message and call of what TensorFlow refuses', async () => {
    using g = new GraphBuilder()
    const x = g.placeholder('float32', null)
    const broken = g.op('MatMul', [x, x])
    using session = new Session(g.graph)
    using vector = Tensor.from('float32', [2], Float32Array.of(1, 2))
    const error = await session.run({ feeds: [[x, vector]], fetches: [broken] }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(TensorFlowError)
    expect(error).toMatchObject({ name: 'TensorFlowError', code: 'INVALID_ARGUMENT', op: 'TF_SessionRun' })
    expect((error as TensorFlowError).detail).toContain('MatMul')
  })

  it('lists the CPU, and throws by name once it is disposed', async () => {
    using g = new GraphBuilder()
    const session = new Session(g.graph)
    expect(session.devices().map(({ type }) => type)).toContain('CPU')
    session.dispose()
    await expect(session.run({})).rejects.toThrow(DisposedError)
  })
})
