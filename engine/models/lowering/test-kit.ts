import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { elementCount, Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { fromLayers, initialValues, layersOf, namedWeights, type Model } from '../model.ts'
import { declareVariables, type VariableRole, type Variables } from '../variables.ts'
import { lowerModel, type LoweredModel, type LoweringMode } from './lower-model.ts'

/** Numbers of a seed between two bounds: a linear congruential generator, with the constants of Numerical Recipes. */
export function uniform(count: number, seed: number, low = -1, high = 1): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return low + ((high - low) * state) / 2 ** 32
  })
}

/** A model of layers on one image. */
export function modelOf(
  tf: TensorFlowJs,
  shape: readonly number[],
  body: (x: SymbolicTensor) => SymbolicTensor,
): LayersModel {
  const image = tf.input({ shape: [...shape] })
  return tf.model({ inputs: image, outputs: body(image) })
}

/** More elements than this are left as they are, for the tests' sake. */
const manyElements = 10_000

/** Gives every weight a value of its own, so that no branch is hidden by a zero. */
export function randomise(tf: TensorFlowJs, model: Model): void {
  let seed = 1
  for (const [variable, { shape, role }] of namedWeights(model)) {
    if (elementCount(shape) > manyElements) continue
    const [low, high] = boundsOf(role, Math.max(1, elementCount(shape.slice(0, -1))))
    const values = tf.tensor(uniform(elementCount(shape), seed++, low, high), [...shape])
    variable.write(values)
    values.dispose()
  }
}

function boundsOf(role: VariableRole, fanIn: number): [number, number] {
  if (role === 'movingVariance') return [0.5, 2]
  if (role === 'gamma') return [0.6, 1.4]
  const bound = role === 'kernel' ? Math.sqrt(3 / fanIn) : 0.5
  return [-bound, bound]
}

export interface Lowered extends LoweredModel {
  readonly g: GraphBuilder
  readonly session: Session
  readonly input: Output
  /** The values that the variables were given. */
  readonly values: ReadonlyMap<string, Float32Array>
  dispose(): void
}

/** Lowers a model in a graph of its own, with the weights of its tf.layers model. */
export async function lower(model: Model, mode: LoweringMode | ((g: GraphBuilder) => LoweringMode)): Promise<Lowered> {
  const g = new GraphBuilder()
  const input = g.placeholder('float32', [null, ...model.inputShape])
  const variables = declareVariables(g, model)
  const lowered = lowerModel(g, model, variables, input, typeof mode === 'function' ? mode(g) : mode)
  const session = new Session(g.graph)
  const values = await assignInitialValues(g, session, model, variables)
  const dispose = () => {
    session.dispose()
    g.dispose()
  }
  // What is fed cannot be fetched, and a model may give its input as it is.
  return { ...lowered, output: g.op('Identity', [lowered.output]), g, session, input, values, dispose }
}

async function assignInitialValues(
  g: GraphBuilder,
  session: Session,
  model: Model,
  variables: Variables,
): Promise<Map<string, Float32Array>> {
  const initial = [...initialValues(model)].map(({ name, tensor }) => ({
    name,
    tensor,
    value: g.placeholder('float32', null),
  }))
  const targets = initial.map(({ name, value }) =>
    g.operation('AssignVariableOp', [variables.get(name)!.handle, value], { dtype: 'float32' }),
  )
  if (targets.length > 0) await session.run({ feeds: initial.map(({ value, tensor }) => [value, tensor]), targets })
  return new Map(
    initial.map(({ name, tensor }) => {
      using t = tensor
      return [name, t.data<'float32'>()]
    }),
  )
}

/** Runs a session and copies what it gives. */
export async function fetch(
  session: Session,
  feeds: readonly (readonly [Output, Tensor])[],
  fetches: readonly Output[],
): Promise<Float32Array[]> {
  const tensors = await session.run({ feeds, fetches })
  return tensors.map((tensor) => {
    using t = tensor
    return t.data<'float32'>()
  })
}

/** A batch of random images. */
export const images = ({ inputShape }: Model, batch: number, seed = 7): Tensor =>
  Tensor.from('float32', [batch, ...inputShape], uniform(batch * elementCount(inputShape), seed))

/** The largest distance between two arrays of the same length. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce(
    (x, y) => Math.max(x, Number.isNaN(y) ? Infinity : y),
    0,
  )
}

/** The largest distance between the eager model and its lowering, in evaluation; relative to the largest value where that exceeds 1. */
export async function eagerDistance(tf: TensorFlowJs, layers: LayersModel, batch = 3): Promise<number> {
  const model = fromLayers(layers)
  randomise(tf, model)
  using pixels = images(model, batch)
  const eager = tf.tidy(() => {
    const predicted = layersOf(model).predict(tf.tensor(pixels.data<'float32'>(), [...pixels.shape]))
    return (predicted as ReturnType<typeof tf.tensor>).dataSync<'float32'>()
  })
  const lowered = await lower(model, { training: false })
  const [graph] = await fetch(lowered.session, [[lowered.input, pixels]], [lowered.output])
  lowered.dispose()
  model.dispose()
  expect(graph!.some((value) => value !== 0)).toBe(true)
  return distance(eager, graph!) / eager.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1)
}

/**
 * The largest relative difference between the gradients of sum(output * fixed random) that TensorFlow derives, and
 * central differences along a random direction, for the input and each trainable variable.
 */
export async function gradientError(tf: TensorFlowJs, layers: LayersModel, training: boolean): Promise<number> {
  const model = fromLayers(layers)
  randomise(tf, model)
  using pixels = images(model, 2)
  const lowered = await lower(model, { training })
  const { g, session, input, output, reads } = lowered
  const [shape] = await fetch(session, [[input, pixels]], [output])
  const weights = uniform(shape!.length, 99)
  const xs = [input, ...reads.values()]
  const gradients = g.gradients(output, xs, g.op('Reshape', [g.constant([...weights]), g.op('Shape', [output])]))
  const analytic = await fetch(
    session,
    [[input, pixels]],
    gradients.map((gradient) => gradient!),
  )
  const values = [pixels.data<'float32'>(), ...[...reads.keys()].map((name) => lowered.values.get(name)!)]
  const shapes = [
    pixels.shape,
    ...[...reads.keys()].map((name) => model.variables.find((variable) => variable.name === name)!.shape),
  ]
  const errors: number[] = []
  for (const [i, x] of xs.entries()) {
    const loss = async (at: Float32Array) => {
      using moved = Tensor.from('float32', shapes[i]!, at)
      const feeds = i === 0 ? [[input, moved] as const] : [[input, pixels] as const, [x, moved] as const]
      const [y] = await fetch(session, feeds, [output])
      return dot(y!, weights)
    }
    errors.push(await directionalError(values[i]!, analytic[i]!, loss))
  }
  lowered.dispose()
  model.dispose()
  return Math.max(...errors)
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** Smaller than this, rounding outweighs the difference; larger, the curvature and the kinks do. */
const stepSize = 2e-3

async function directionalError(
  x: Float32Array,
  gradient: Float32Array,
  loss: (at: Float32Array) => Promise<number>,
): Promise<number> {
  const random = uniform(x.length, 5)
  const length = Math.sqrt(dot(random, random))
  const direction = random.map((value) => value / length)
  const along = (step: number) => loss(x.map((value, i) => value + step * direction[i]!))
  const numeric = ((await along(stepSize)) - (await along(-stepSize))) / (2 * stepSize)
  const size = Math.sqrt(dot(gradient, gradient))
  return Math.abs(numeric - dot(gradient, direction)) / Math.max(size / Math.sqrt(x.length), 0.05)
}
