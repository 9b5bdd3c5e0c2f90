import { dtypeFromCode, type DType } from './dtype.ts'
import { bufferBytes, declare, type Output, type Pointer } from './native.ts'
import { readOpDef, type OpDef } from './op-def.ts'
import { Owned } from './owned.ts'
import { checked } from './status.ts'

const newGraph = declare<[], Pointer>('TF_Graph* TF_NewGraph()')
const deleteGraph = declare<[Pointer], void>('void TF_DeleteGraph(TF_Graph*)')
const newBuffer = declare<[], Pointer>('TF_Buffer* TF_NewBuffer()')
const deleteBuffer = declare<[Pointer], void>('void TF_DeleteBuffer(TF_Buffer*)')
const getOpDef = declare<[Pointer, string, Pointer, Pointer], void>(
  'void TF_GraphGetOpDef(TF_Graph*, const char*, TF_Buffer*, TF_Status*)',
)
const graphToDef = declare<[Pointer, Pointer, Pointer], void>(
  'void TF_GraphToGraphDef(TF_Graph*, TF_Buffer*, TF_Status*)',
)
const addGradients = declare<
  [Pointer, string | null, Output[], number, Output[], number, Output[] | null, Pointer, (Output | null)[]],
  void
>(
  'void TF_AddGradientsWithPrefix(TF_Graph*, const char*, TF_Output*, int, TF_Output*, int, TF_Output*, TF_Status*, _Out_ TF_Output*)',
)
const outputNumDims = declare<[Pointer, Output, Pointer], number>(
  'int TF_GraphGetTensorNumDims(TF_Graph*, TF_Output, TF_Status*)',
)
const outputShape = declare<[Pointer, Output, BigInt64Array, number, Pointer], void>(
  'void TF_GraphGetTensorShape(TF_Graph*, TF_Output, _Out_ int64_t*, int, TF_Status*)',
)
const outputType = declare<[Output], number>('int TF_OperationOutputType(TF_Output)')
const operationName = declare<[Pointer], string>('const char* TF_OperationName(TF_Operation*)')
const operationOpType = declare<[Pointer], string>('const char* TF_OperationOpType(TF_Operation*)')
const operationNumOutputs = declare<[Pointer], number>('int TF_OperationNumOutputs(TF_Operation*)')
const nextOperation = declare<[Pointer, bigint[]], Pointer | null>(
  'TF_Operation* TF_GraphNextOperation(TF_Graph*, _Inout_ size_t*)',
)
const copyFunction = declare<[Pointer, Pointer, null, Pointer], void>(
  'void TF_GraphCopyFunction(TF_Graph*, const TF_Function*, const TF_Function*, TF_Status*)',
)
const deleteFunction = declare<[Pointer], void>('void TF_DeleteFunction(TF_Function*)')
const toFunction = declare<
  [Pointer, string, number, number, null, number, Output[], number, Output[], null, null, null, Pointer],
  Pointer
>(
  'TF_Function* TF_GraphToFunction(const TF_Graph*, const char*, uchar, int, void*, int, TF_Output*, int, TF_Output*, const char**, void*, const char*, TF_Status*)',
)

/** A shape with `null` for a size that is not known before the graph runs; `null` when not even the rank is. */
export type PartialShape = readonly (number | null)[]

/** The op and node of a graph that a native operation stands for. */
export interface OperationInfo {
  readonly pointer: Pointer
  readonly name: string
  readonly type: string
  readonly outputs: number
}

export const describeOperation = (pointer: Pointer): OperationInfo => ({
  pointer,
  name: operationName(pointer),
  type: operationOpType(pointer),
  outputs: operationNumOutputs(pointer),
})

/** Fills a `TF_Buffer` by a call and gives back a copy of its bytes. */
function bytesFrom(op: string, fill: (buffer: Pointer, status: Pointer) => void): Uint8Array {
  const buffer = newBuffer()
  try {
    checked(op, (status) => fill(buffer, status))
    return bufferBytes(buffer)
  } finally {
    deleteBuffer(buffer)
  }
}

/** A function made of a graph, to be copied into the graphs that call it. */
export class GraphFunction extends Owned {
  constructor(
    readonly name: string,
    pointer: Pointer,
  ) {
    super('GraphFunction', pointer, deleteFunction)
  }
}

/** A TensorFlow graph: operations and the functions they call. */
export class Graph extends Owned {
  readonly #opDefs = new Map<string, OpDef>()

  constructor() {
    super('Graph', newGraph(), deleteGraph)
  }

  /** What TensorFlow declares of an op. Throws `TensorFlowError` (`NOT_FOUND`) for one that it lacks. */
  opDef(type: string): OpDef {
    const known = this.#opDefs.get(type)
    if (known) return known
    const opDef = readOpDef(bytesFrom(type, (buffer, status) => getOpDef(this.pointer, type, buffer, status)))
    this.#opDefs.set(type, opDef)
    return opDef
  }

  /** The graph as a serialised `GraphDef`. */
  toGraphDef(): Uint8Array {
    return bytesFrom('TF_GraphToGraphDef', (buffer, status) => graphToDef(this.pointer, buffer, status))
  }

  /** Every operation, in the order it was added. */
  operations(): OperationInfo[] {
    const found: OperationInfo[] = []
    const position = [0n]
    for (let next = nextOperation(this.pointer, position); next; next = nextOperation(this.pointer, position))
      found.push(describeOperation(next))
    return found
  }

  dtypeOf(output: Output): DType {
    return dtypeFromCode(outputType(output))
  }

  shapeOf(output: Output): PartialShape | null {
    const rank = checked('TF_GraphGetTensorNumDims', (status) => outputNumDims(this.pointer, output, status))
    if (rank < 0) return null
    const sizes = new BigInt64Array(rank)
    checked('TF_GraphGetTensorShape', (status) => outputShape(this.pointer, output, sizes, rank, status))
    return Array.from(sizes, (size) => (size < 0n ? null : Number(size)))
  }

  /**
   * Adds the operations of the gradients d sum(ys) / d x of every x; `null` for an x to which none flows.
   * Throws `TensorFlowError` where an op on the way has no gradient, or nothing leads from an x to a y.
   */
  addGradients(
    ys: readonly Output[],
    xs: readonly Output[],
    gradYs?: readonly Output[],
    prefix?: string,
  ): (Output | null)[] {
    const found: (Output | null)[] = xs.map(() => ({ oper: null as unknown as Pointer, index: 0 }))
    checked('TF_AddGradients', (status) =>
      addGradients(
        this.pointer,
        prefix ?? null,
        [...ys],
        ys.length,
        [...xs],
        xs.length,
        gradYs ? [...gradYs] : null,
        status,
        found,
      ),
    )
    return found.map((output) => (output?.oper ? output : null))
  }

  /** The whole graph as a function from inputs (placeholders) to outputs. */
  toFunction(name: string, inputs: readonly Output[], outputs: readonly Output[]): GraphFunction {
    const wholeBody = -1
    return new GraphFunction(
      name,
      checked(name, (status) =>
        toFunction(
          this.pointer,
          name,
          0,
          wholeBody,
          null,
          inputs.length,
          [...inputs],
          outputs.length,
          [...outputs],
          null,
          null,
          null,
          status,
        ),
      ),
    )
  }

  addFunction(fn: GraphFunction): void {
    checked(fn.name, (status) => copyFunction(this.pointer, fn.pointer, null, status))
  }
}
