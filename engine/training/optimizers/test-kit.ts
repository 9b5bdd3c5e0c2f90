import { expect } from 'vitest'
import { Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import type { Optimizer } from './optimizer.ts'

/** One variable's state in a formula written in plain numbers. */
export interface Scalar {
  w: number[]
  /** Slots by whatever names the formula gives them; zeroes at first. */
  readonly [slot: string]: number[]
}

/** Computes a step on one variable, in double precision, from the published formula. `t` counts from 1. */
export type Formula = (state: Scalar, gradient: number[], rate: number, t: number, isKernel: boolean) => void

const starts = { kernel: [1, -2, 0.5], bias: [0.3, -0.7, 1.1], still: [0, 0, 0] }
const names = Object.keys(starts) as (keyof typeof starts)[]
const rates = [0.01, 0.02, 0.005, 0.03, 0.01]

/** The gradient of the sum of w^3, and of w^2 / 2 for the variable that rests at zero. */
const gradientOf = (name: string, w: readonly number[]) =>
  w.map((value) => (name === 'still' ? value : 3 * value * value))

/** Compares five steps of an optimizer, on a kernel, a bias and a kernel of zeroes without a gradient, with a formula. */
export async function expectFormula(optimizer: Optimizer, slots: readonly string[], formula: Formula): Promise<void> {
  using g = new GraphBuilder()
  const { learningRate, count, initialise, step, after } = buildStep(g, optimizer)
  using session = new Session(g.graph)
  await session.run({ targets: initialise })

  const states = names.map((name): Scalar => ({
    ...Object.fromEntries(slots.map((slot) => [slot, [0, 0, 0]])),
    w: [...starts[name]],
  }))
  for (const [i, rate] of rates.entries()) {
    using fedRate = Tensor.scalar('float32', rate)
    using fedCount = Tensor.scalar('int64', i + 1)
    await session.run({
      feeds: [
        [learningRate, fedRate],
        [count, fedCount],
      ],
      targets: step,
    })
    const seen = await session.run({ fetches: after })
    for (const [k, fetched] of seen.entries()) {
      using tensor = fetched
      const state = states[k]!
      formula(state, gradientOf(names[k]!, state.w), rate, i + 1, names[k] !== 'bias')
      tensor
        .data<'float32'>()
        .forEach((w, j) => expect(w, `${names[k]} after step ${i + 1}`).toBeCloseTo(state.w[j]!, 5))
    }
  }
}

/** A step on all variables, what gives them and their slots the first values, and the variables after the step. */
function buildStep(g: GraphBuilder, optimizer: Optimizer) {
  const resource = (name: string) => g.op('VarHandleOp', [], { dtype: 'float32', shape: [3], shared_name: name }, name)
  const assign = (to: Output, values: number[]) =>
    g.operation('AssignVariableOp', [to, g.constant(values)], { dtype: 'float32' })
  const learningRate = g.placeholder('float32', [])
  const count = g.placeholder('int64', [])
  const initialise = names.map((name) => assign(resource(name), starts[name]))
  const variables = names.map((name) => {
    const handle = resource(name)
    const value = g.op('ReadVariableOp', [handle], { dtype: 'float32' })
    const gradient = name === 'still' ? value : g.op('Mul', [g.op('Square', [value]), g.constant(3)])
    const own = new Map(optimizer.slots.map((slot) => [slot, resource(`${name}/${slot}`)]))
    initialise.push(...[...own.values()].map((slot) => assign(slot, [0, 0, 0])))
    return { handle, value, gradient, isKernel: name !== 'bias', slot: (slot: string) => own.get(slot)! }
  })
  const step = optimizer.update(g, { learningRate, count }, variables)
  const after = variables.map(({ handle }) => g.op('ReadVariableOp', [handle], { dtype: 'float32' }))
  return { learningRate, count, initialise, step, after }
}

export const length = (values: readonly number[]) => Math.hypot(...values)
