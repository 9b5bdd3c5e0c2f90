import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

export interface SyntheticOptions {
  readonly batchSize: number
  /** Height and width, px. */
  readonly size: number
  readonly channels: number
  readonly classes: number
  readonly seed: number
}

/** One batch that never changes, in the place of an input pipeline. */
export interface SyntheticImages {
  /** uint8 [batch, size, size, channels], evenly random. */
  readonly images: Output
  /** int32 [batch], evenly random. */
  readonly labels: Output
  /** float64 scalar: nothing is ever waited for. */
  readonly dataWait: Output
  /** Draws the batch. */
  start(session: Session): Promise<void>
}

/** The batch is kept in variables of the device: as constants, TensorFlow would compute with them beforehand. */
export function syntheticImages(
  g: GraphBuilder,
  { batchSize, size, channels, classes, seed }: SyntheticOptions,
): SyntheticImages {
  return g.withName('synthetic_images', () => {
    const shape = [batchSize, size, size, channels]
    const variables = [
      {
        dtype: 'uint8',
        shape,
        handle: variable(g, 'uint8', shape),
        value: g.op('Cast', [evenlyRandom(g, shape, 256, [seed, 0])], { DstT: 'uint8' }),
      },
      {
        dtype: 'int32',
        shape: [batchSize],
        handle: variable(g, 'int32', [batchSize]),
        value: evenlyRandom(g, [batchSize], classes, [seed, 1]),
      },
    ] as const
    const assigned = variables.map(({ handle, value, dtype }) =>
      g.operation('AssignVariableOp', [handle, value], { dtype }),
    )
    const [images, labels] = variables.map(({ handle, dtype, shape }) =>
      g.op('EnsureShape', [g.op('ReadVariableOp', [handle], { dtype })], { shape }),
    )
    return {
      images: images!,
      labels: labels!,
      dataWait: g.constant(0, 'float64'),
      start: async (session) => void (await session.run({ targets: assigned })),
    }
  })
}

/** int32, from 0 up to but not including `below`. */
const evenlyRandom = (
  g: GraphBuilder,
  shape: readonly number[],
  below: number,
  seed: readonly [number, number],
): Output =>
  g.op(
    'StatelessRandomUniformInt',
    [
      g.constant(shape, 'int32', [shape.length]),
      g.constant(seed, 'int64'),
      g.constant(0, 'int32'),
      g.constant(below, 'int32'),
    ],
    { dtype: 'int32' },
  )

const variable = (g: GraphBuilder, dtype: 'uint8' | 'int32', shape: readonly number[]): Output =>
  g.op('VarHandleOp', [], { dtype, shape, shared_name: `synthetic_${dtype}` })
