import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { DisposedError, TensorFlowError } from '../../../shared/errors.ts'
import { EagerContext, TensorHandle } from './eager.ts'
import { liveObjects } from './owned.ts'
import { Tensor } from './tensor.ts'

const context = new EagerContext({ cpuOnly: true })
afterAll(() => context.dispose())

const kept: { dispose(): void }[] = []
afterEach(() => {
  for (const owned of kept.splice(0)) owned.dispose()
})
const keep = <T extends { dispose(): void }>(owned: T): T => {
  kept.push(owned)
  return owned
}

function handle(shape: readonly number[], values: readonly number[]): TensorHandle {
  using tensor = Tensor.from('float32', shape, Float32Array.from(values))
  return keep(TensorHandle.of(tensor))
}

function ints(values: readonly number[]): TensorHandle {
  using tensor = Tensor.from('int32', [values.length], Int32Array.from(values))
  return keep(TensorHandle.of(tensor))
}

const run = (...args: Parameters<EagerContext['execute']>) => context.execute(...args).map(keep)

function numbers(h: TensorHandle | undefined): number[] {
  using tensor = h!.toTensor()
  return Array.from(tensor.data(), Number)
}

const texts = (h: TensorHandle) => {
  using tensor = h.toTensor()
  return tensor.byteStrings().map((bytes) => Buffer.from(bytes).toString())
}

describe('EagerContext', () => {
  it('runs an op at once', () => {
    const [product] = run('MatMul', [handle([1, 2], [1, 2]), handle([2, 1], [3, 4])])
    expect(product!.shape).toEqual([1, 1])
    expect(product!.dtype).toBe('float32')
    expect(numbers(product)).toEqual([11])
  })

  it('gives the outputs that an op has', () => {
    const parts = run('Split', [keepScalar(0), handle([4], [1, 2, 3, 4])], { num_split: 2 }, 5)
    expect(parts.map(numbers)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('takes list inputs', () => {
    const [joined] = run('ConcatV2', [[handle([1], [1]), handle([2], [2, 3])], keepScalar(0)])
    expect(numbers(joined)).toEqual([1, 2, 3])
  })

  it('sets attributes of every kind', () => {
    const x = handle(
      [1, 4, 4, 1],
      Array.from({ length: 16 }, (_, i) => i),
    )
    expect(numbers(run('MaxPool', [x], { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'VALID' })[0])).toEqual([
      5, 7, 13, 15,
    ])
    expect(run('Cast', [x], { DstT: 'int32' })[0]!.dtype).toBe('int32')
    expect(numbers(run('LeakyRelu', [handle([1], [-2])], { alpha: 0.25 })[0])).toEqual([-0.5])
    expect(numbers(run('MatMul', [handle([2, 1], [1, 2]), handle([2, 1], [3, 4])], { transpose_a: true })[0])).toEqual([
      11,
    ])
    expect(numbers(run('EnsureShape', [handle([1], [7])], { shape: [null] })[0])).toEqual([7])
    expect(numbers(run('Bucketize', [handle([3], [0, 5, 20])], { boundaries: [1, 10] })[0])).toEqual([0, 1, 2])
    using value = Tensor.from('float32', [2], Float32Array.of(8, 9))
    expect(numbers(run('Const', [], { dtype: 'float32', value })[0])).toEqual([8, 9])
    const [batched] = run('TensorDataset', [[x]], { Toutput_types: ['float32'], output_shapes: [[1, 4, 4, 1]] })
    expect(batched!.dtype).toBe('variant')
  })

  it('keeps strings of any length after the array that gave them is gone', () => {
    const values = ['', 'short', 'x'.repeat(1000), 'Grüße']
    const h = keep(context.strings([2, 2], values))
    const [reshaped] = run('Reshape', [h, ints([4])])
    kept.splice(kept.indexOf(h), 1)
    h.dispose()
    keep(
      context.strings(
        [2, 2],
        values.map((value) => value.replaceAll('x', 'y')),
      ),
    )
    expect(texts(reshaped!)).toEqual(values)
  })

  it('names what TensorFlow refuses and stays usable', () => {
    const x = handle([1, 2], [1, 2])
    expect(() => context.execute('NoSuchOp', [])).toThrow(TensorFlowError)
    expect(() => context.execute('MatMul', [x, x])).toThrow(/MatMul \(INVALID_ARGUMENT\)/)
    expect(() => context.execute('MatMul', [x, x], { transpose: true })).toThrow(TensorFlowError)
    expect(() => context.execute('Split', [keepScalar(0), x], { num_split: 2 }, 1)).toThrow(TensorFlowError)
    expect(numbers(run('Neg', [x])[0])).toEqual([-1, -2])
  })
})

describe('ownership', () => {
  it('leaves nothing behind, errors included', () => {
    const kinds = ['EagerContext', 'TensorHandle', 'EagerOp', 'Tensor']
    const before = kinds.map(liveObjects)
    const other = new EagerContext()
    const text = other.strings([], ['text'])
    expect(() => other.execute('MatMul', [text, text])).toThrow(TensorFlowError)
    text.dispose()
    other.dispose()
    expect(kinds.map(liveObjects)).toEqual(before)
    expect(() => text.toTensor()).toThrow(DisposedError)
    expect(() => other.execute('NoOp', [])).toThrow(DisposedError)
  })
})

function keepScalar(value: number): TensorHandle {
  using tensor = Tensor.scalar('int32', value)
  return keep(TensorHandle.of(tensor))
}
