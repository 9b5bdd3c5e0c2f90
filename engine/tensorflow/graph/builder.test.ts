import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DisposedError, TensorFlowError } from '../../../shared/errors.ts'
import { liveObjects, Session, Tensor, type Output } from '../c-api/index.ts'
import { GraphBuilder } from './builder.ts'

let g: GraphBuilder
beforeEach(() => (g = new GraphBuilder()))
afterEach(() => g[Symbol.dispose]())

async function fetch(...outputs: Output[]): Promise<number[][]> {
  using session = new Session(g.graph)
  const tensors = await session.run({ fetches: outputs })
  return tensors.map((tensor) => {
    using t = tensor
    return Array.from(t.data(), Number)
  })
}

const names = () => g.graph.operations().map(({ name }) => name)

describe('operations', () => {
  it('computes, with shapes known beforehand', async () => {
    const product = g.op('MatMul', [g.constant([[1, 2]]), g.constant([[3], [4]])])
    expect(g.shapeOf(product)).toEqual([1, 1])
    expect(g.dtypeOf(product)).toBe('float32')
    expect(await fetch(product)).toEqual([[11]])
  })

  it('sets attributes of every kind by the op’s own declaration', async () => {
    const x = g.constant(
      Array.from({ length: 16 }, (_, i) => i),
      'float32',
      [1, 4, 4, 1],
    )
    const pooled = g.op('MaxPool', [x], { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'VALID' })
    const cast = g.op('Cast', [pooled], { DstT: 'int32' })
    const normalised = g.op(
      'FusedBatchNormV3',
      [x, g.constant([1]), g.constant([0]), g.constant([7.5]), g.constant([4])],
      { is_training: false, epsilon: 0 },
    )
    const text = g.op(
      'StringToNumber',
      [g.op('Substr', [g.text('x12'), g.constant(1, 'int32'), g.constant(2, 'int32')])],
      { out_type: 'float32' },
    )
    const [pool, norm, number] = await fetch(cast, normalised, text)
    expect(pool).toEqual([5, 7, 13, 15])
    expect(norm![0]).toBeCloseTo(-3.75, 5)
    expect(number).toEqual([12])
    expect(g.shapeOf(g.placeholder('float32', [null, 3]))).toEqual([null, 3])
    expect(g.shapeOf(g.placeholder('float32', null))).toBeNull()
  })

  it('refuses an unknown op, attribute, number of inputs or shape', () => {
    const x = g.constant([[1, 2]])
    expect(() => g.op('NoSuchOp', [x])).toThrow(TensorFlowError)
    expect(() => g.op('MatMul', [x, x], { transpose: true })).toThrow('MatMul has no attribute "transpose"')
    expect(() => g.op('MatMul', [x])).toThrow('MatMul takes 2 inputs, 1 were given')
    expect(() => g.op('AddN', [x])).toThrow('is a list')
    expect(() => g.op('MatMul', [x, x])).toThrow(TensorFlowError)
  })
})

describe('scopes', () => {
  it('makes names unique and nests them', () => {
    g.withName('block', () => g.withName('conv', () => g.constant(1)))
    g.withName('block', () => g.constant(1))
    g.constant(1)
    g.constant(1)
    expect(names()).toEqual(['block/conv/Const', 'block_1/Const', 'Const', 'Const_1'])
  })

  it('survives names that look like its own suffixes', () => {
    for (const name of ['a', 'a_1', 'a', 'a_1', 'a']) g.op('NoOp', [], {}, name)
    expect(new Set(names()).size).toBe(5)
  })

  it('places operations on devices', () => {
    g.withDevice('/device:CPU:0', () => g.withName('placed', () => g.constant(1)))
    expect(Buffer.from(g.graph.toGraphDef()).toString('latin1')).toContain('/device:CPU:0')
  })

  it('orders by control dependencies, of all scopes around', async () => {
    const handle = g.op('VarHandleOp', [], { dtype: 'float32', shape: [], shared_name: 'v' })
    const set = (value: number) => g.operation('AssignVariableOp', [handle, g.constant(value)], { dtype: 'float32' })
    const read = () => g.op('ReadVariableOp', [handle], { dtype: 'float32' })
    const first = set(1)
    const value = g.withControlDependencies([first], () => {
      const before = read()
      const second = g.withControlDependencies([{ pointer: before.oper }], () => set(2))
      return g.withControlDependencies([second], () => [before, read()])
    })
    expect(await fetch(...value)).toEqual([[1], [2]])
  })
})

describe('gradients', () => {
  it('follow the chain rule', async () => {
    const x = g.constant([1, 2, 3])
    const y = g.op('Sum', [g.op('Mul', [g.op('Square', [x]), g.constant(5)]), g.constant([0], 'int32')])
    expect(await fetch(g.gradients(y, [x])[0]!)).toEqual([[10, 20, 30]])
  })

  it('weigh outputs', async () => {
    const x = g.constant([1, 2])
    const [dx] = g.gradients(g.op('Square', [x]), [x], g.constant([10, 100]))
    expect(await fetch(dx!)).toEqual([[20, 400]])
  })

  it('are null where none flows, and refused where nothing leads from the input to the output', () => {
    const x = g.constant([1, 2])
    const y = g.op('Cast', [g.op('ArgMax', [x, g.constant(0, 'int32')])], { DstT: 'float32' })
    expect(g.gradients(y, [x])).toEqual([null])
    expect(() => g.gradients(y, [g.constant([1])])).toThrow(TensorFlowError)
  })

  it('name the op that has none', () => {
    const x = g.constant([1.5])
    expect(() => g.gradients(g.op('Betainc', [x, x, x]), [x])).toThrow(/Betainc/)
  })
})

describe('functions', () => {
  it('are called by name, and may call others', async () => {
    const outer = g.defineFunction('outer', [{ dtype: 'float32', shape: [] }], (inner, [x]) => {
      const square = inner.defineFunction('square', [{ dtype: 'float32', shape: [] }], (f, [y]) => [
        f.op('Square', [y!]),
      ])
      const [squared] = call(inner, square, x!)
      return [inner.op('AddV2', [squared!, inner.constant(1)])]
    })
    expect(await fetch(...call(g, outer, g.constant(3)))).toEqual([[10]])
  })

  const call = (builder: GraphBuilder, name: string, x: Output) => [
    builder.op('PartitionedCall', [[x]], { f: name, Tin: ['float32'], Tout: ['float32'] }),
  ]
})

describe('ownership', () => {
  it('frees the graph, its functions and constants', () => {
    const kinds = ['Graph', 'GraphFunction', 'Tensor']
    const before = kinds.map(liveObjects)
    const other = new GraphBuilder()
    other.defineFunction('f', [{ dtype: 'float32', shape: [] }], (f, [x]) => [f.op('Neg', [x!])])
    other.constantTensor(Tensor.scalar('float32', 1))
    other.dispose()
    expect(kinds.map(liveObjects)).toEqual(before)
    expect(() => other.constant(1)).toThrow(DisposedError)
  })
})
