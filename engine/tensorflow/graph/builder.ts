import {
  addOperation,
  arrayFrom,
  Graph,
  Tensor,
  type AttrValue,
  type DType,
  type GraphFunction,
  type NumericDType,
  type OperationInfo,
  type Output,
  type PartialShape,
  type Pointer,
} from '../c-api/index.ts'
import { NameScope } from './name-scope.ts'

export type { Output } from '../c-api/index.ts'

/** An operation of the graph, as a target to run or a control dependency. */
export interface Operation extends OperationInfo {
  /** Output `index` of the operation. */
  output(index: number): Output
}

export type Inputs = readonly (Output | readonly Output[])[]
export type Attrs = Readonly<Record<string, AttrValue>>

const asOperation = (info: OperationInfo): Operation => ({
  ...info,
  output: (index) => ({ oper: info.pointer, index }),
})

/** Row-major numbers nested to any depth, or one number. */
type Nested = number | readonly Nested[]

function shapeOfNested(value: Nested): number[] {
  if (typeof value === 'number') return []
  return [value.length, ...(value.length > 0 ? shapeOfNested(value[0]!) : [])]
}

const flatten = (value: Nested): readonly number[] => (typeof value === 'number' ? [value] : value.flatMap(flatten))

/**
 * Builds a TensorFlow graph. Names are unique within scopes; device and control dependencies are scopes too.
 * The builder owns the graph: dispose it after the sessions that run it.
 */
export class GraphBuilder {
  readonly graph = new Graph()
  readonly #names = new NameScope()
  readonly #functions: GraphFunction[] = []
  #device: string | undefined
  #controlInputs: readonly Pointer[] = []

  /** Adds an operation of any type that TensorFlow has. Attributes that it infers from its inputs can be left out. */
  operation(type: string, inputs: Inputs = [], attrs: Attrs = {}, name: string = type): Operation {
    return asOperation(
      addOperation(this.graph, {
        type,
        name: this.#names.unique(name),
        inputs,
        attrs,
        controlInputs: this.#controlInputs,
        device: this.#device,
      }),
    )
  }

  /** Adds an operation and gives its first output. */
  op(type: string, inputs: Inputs = [], attrs: Attrs = {}, name: string = type): Output {
    return this.operation(type, inputs, attrs, name).output(0)
  }

  /** A constant of nested numbers, or of a flat array with its shape. */
  constant(value: Nested, dtype: NumericDType = 'float32', shape: readonly number[] = shapeOfNested(value)): Output {
    return this.constantTensor(Tensor.from(dtype, shape, arrayFrom(dtype, flatten(value))))
  }

  /** A scalar string constant. */
  text(value: string): Output {
    return this.constantTensor(Tensor.strings([], [value]))
  }

  /** A constant of a tensor, which this takes over and disposes. */
  constantTensor(tensor: Tensor, name = 'Const'): Output {
    using value = tensor
    return this.op('Const', [], { dtype: value.dtype, value }, name)
  }

  /** A value fed at each run; `null` sizes are open. */
  placeholder(dtype: DType, shape: PartialShape | null, name = 'Placeholder'): Output {
    return this.op('Placeholder', [], { dtype, shape }, name)
  }

  /** Does nothing but wait for operations: one target for many. */
  group(operations: readonly { pointer: Pointer }[], name = 'group'): Operation {
    return this.withControlDependencies(operations, () => this.operation('NoOp', [], {}, name))
  }

  dtypeOf(output: Output): DType {
    return this.graph.dtypeOf(output)
  }

  shapeOf(output: Output): PartialShape | null {
    return this.graph.shapeOf(output)
  }

  /** Names of operations made inside start with `name/`. */
  withName<R>(name: string, body: () => R): R {
    return this.#names.within(name, body)
  }

  /** Operations made inside are placed on a device, e.g. `/device:CPU:0`. */
  withDevice<R>(device: string, body: () => R): R {
    const outer = this.#device
    this.#device = device
    try {
      return body()
    } finally {
      this.#device = outer
    }
  }

  /** Operations made inside run after these, and after those of the scopes around. */
  withControlDependencies<R>(operations: readonly { pointer: Pointer }[], body: () => R): R {
    const outer = this.#controlInputs
    this.#controlInputs = [...outer, ...operations.map(({ pointer }) => pointer)]
    try {
      return body()
    } finally {
      this.#controlInputs = outer
    }
  }

  /**
   * d sum(y) / d x of every x; `null` where no gradient flows (through an ArgMax, say). `gradY` weighs y, with
   * y's shape. Throws `TensorFlowError` for an op without a gradient, or an x from which nothing leads to y.
   */
  gradients(y: Output, xs: readonly Output[], gradY?: Output): (Output | null)[] {
    return this.graph.addGradients([y], xs, gradY && [gradY], this.#names.unique('gradients'))
  }

  /**
   * Makes a function in the graph's library, to be named by ops that call functions (dataset maps, branches).
   * The body gets one placeholder an argument and returns the results.
   */
  defineFunction(
    name: string,
    args: readonly FunctionArgument[],
    body: (g: GraphBuilder, args: Output[]) => Output[],
  ): string {
    const unique = this.#names.unique(name).replaceAll('/', '_')
    const inner = new GraphBuilder()
    try {
      const inputs = args.map(({ dtype, shape }, i) => inner.placeholder(dtype, shape, `arg${i}`))
      const outputs = body(inner, inputs)
      for (const fn of inner.#functions.splice(0)) this.#keep(fn)
      this.#keep(inner.graph.toFunction(unique, inputs, outputs))
      return unique
    } finally {
      inner.dispose()
    }
  }

  #keep(fn: GraphFunction): void {
    this.graph.addFunction(fn)
    this.#functions.push(fn)
  }

  dispose(): void {
    for (const fn of this.#functions.splice(0)) fn.dispose()
    this.graph.dispose()
  }

  [Symbol.dispose](): void {
    if (!this.graph.disposed) this.dispose()
  }
}

export interface FunctionArgument {
  readonly dtype: DType
  readonly shape: PartialShape | null
}
