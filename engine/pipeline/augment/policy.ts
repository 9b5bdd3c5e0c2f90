import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic } from './geometry.ts'
import {
  amountOf,
  applyOperation,
  goesEitherWay,
  operationNames,
  randAugmentStrengths,
  trivialAugmentStrengths,
  type Strengths,
} from './operations.ts'
import type { Augmentation, Step, StepContext } from './step.ts'

/** The most operations of a recipe: as many numbers are kept for them. */
const MOST_OPERATIONS = 10
/** Strengths of TrivialAugment, from none to the full one. */
const LEVELS = 31
/** Where RandAugment's magnitude is the full strength. */
const FULL = 30

const places = { operation: 0, sign: MOST_OPERATIONS, level: 2 * MOST_OPERATIONS } as const

/**
 * RandAugment (Cubuk et al. 2019, arXiv 1909.13719): `operations` operations one after the other, each drawn from
 * all 14, all of strength `magnitude` of 30. TrivialAugment (Mueller & Hutter 2021, arXiv 2103.10158), wide: one
 * operation of a strength drawn from 31. Operations, strengths and defaults as in torchvision: nearest pixels,
 * black outside.
 */
export const policy: Augmentation = {
  numbers: 2 * MOST_OPERATIONS + 1,
  stepOf: (context) => (context.augment.policy === 'none' ? undefined : operationsOf(context)),
}

function operationsOf({ g, augment, data, size }: StepContext): Step {
  const random = augment.policy === 'trivialaugment'
  const [count, strengths] = random ? [1, trivialAugmentStrengths] : [augment.operations, randAugmentStrengths]
  const choose = defineOperations(g, data.channels, size, strengths)
  return {
    // Which operations, and by how much each.
    figures: [
      { dtype: 'int32', shape: [count] },
      { dtype: 'float32', shape: [count] },
    ],
    draw(f, chunk) {
      const operations = floorOf(f, chunk.numbers(places.operation, count), operationNames.length)
      const levels = random
        ? Array.from({ length: LEVELS }, (_, level) => level / (LEVELS - 1))
        : [augment.magnitude / FULL]
      const level = floorOf(f, f.op('ExpandDims', [chunk.number(places.level), f.constant(1, 'int32')]), levels.length)
      return [operations, drawAmounts(f, chunk.numbers(places.sign, count), operations, { strengths, levels, level })]
    },
    apply(f, pixels, [operations, amounts]) {
      const at = (values: Output, i: number) =>
        f.op('GatherV2', [values, f.constant(i, 'int32'), f.constant(0, 'int32')])
      let result = pixels
      for (let i = 0; i < count; i++) result = choose(f, at(operations!, i), result, at(amounts!, i))
      return result
    },
  }
}

/** int32: numbers in [0, 1) to 0 ... count - 1. */
function floorOf(f: GraphBuilder, numbers: Output, count: number): Output {
  const { floor, multiply } = arithmetic(f)
  return f.op('Cast', [floor(multiply(numbers, count))], { DstT: 'int32' })
}

interface Amounts {
  readonly strengths: Strengths
  /** Of the full strength, 0 to 1. */
  readonly levels: readonly number[]
  /** int32 [n, 1]: which of them. */
  readonly level: Output
}

/** float32 [n, count]: from a table of operations and levels, with a sign where the operation goes either way. */
function drawAmounts(
  f: GraphBuilder,
  signs: Output,
  operations: Output,
  { strengths, levels, level }: Amounts,
): Output {
  const table = f.constant(
    operationNames.flatMap((name) => levels.map((strength) => amountOf(name, strength, strengths))),
  )
  const either = f.constant(operationNames.map((name) => Number(goesEitherWay(name))))
  const lookUp = (values: Output, at: Output) => f.op('GatherV2', [values, at, f.constant(0, 'int32')])
  const amounts = lookUp(table, f.op('AddV2', [f.op('Mul', [operations, f.constant(levels.length, 'int32')]), level]))
  const negative = f.op('LogicalAnd', [
    arithmetic(f).less(signs, 0.5),
    f.op('Cast', [lookUp(either, operations)], { DstT: 'bool' }),
  ])
  return f.op('SelectV2', [negative, f.op('Neg', [amounts]), amounts])
}

/** Adds to `g` a function an operation; gives what calls the one that a sample has. */
function defineOperations(g: GraphBuilder, channels: number, size: number | null, strengths: Strengths) {
  const shape = [size, size, channels]
  const branches = operationNames.map((name) =>
    g.defineFunction(
      name,
      [
        { dtype: 'uint8', shape },
        { dtype: 'float32', shape: [] },
      ],
      (f, [pixels, amount]) => [applyOperation(f, name, pixels!, amount!, channels, strengths)],
    ),
  )
  return (f: GraphBuilder, operation: Output, pixels: Output, amount: Output): Output =>
    f.op('StatelessCase', [operation, [pixels, amount]], { branches, Tout: ['uint8'], output_shapes: [shape] })
}
