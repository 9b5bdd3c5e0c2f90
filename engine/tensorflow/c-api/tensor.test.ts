import { describe, expect, it } from 'vitest'
import { DisposedError } from '../../../shared/errors.ts'
import { liveObjects } from './owned.ts'
import { Tensor } from './tensor.ts'

describe('Tensor', () => {
  it('keeps type, shape and elements', () => {
    using tensor = Tensor.from('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6.5))
    expect(tensor.dtype).toBe('float32')
    expect(tensor.shape).toEqual([2, 3])
    expect(tensor.byteLength).toBe(24)
    expect([...tensor.data<'float32'>()]).toEqual([1, 2, 3, 4, 5, 6.5])
  })

  it('keeps 64-bit integers, bytes and empty tensors', () => {
    using big = Tensor.from('int64', [1], BigInt64Array.of(-(2n ** 60n)))
    expect(big.data<'int64'>()[0]).toBe(-(2n ** 60n))
    using empty = Tensor.from('uint8', [0, 4], new Uint8Array(0))
    expect(empty.shape).toEqual([0, 4])
    expect(empty.data()).toHaveLength(0)
  })

  it('copies: the array given and the array returned are the caller’s own', () => {
    const given = Int32Array.of(1, 2)
    using tensor = Tensor.from('int32', [2], given)
    given[0] = 9
    tensor.data()[1] = 9
    expect([...tensor.data<'int32'>()]).toEqual([1, 2])
  })

  it('keeps strings of any length and bytes', () => {
    const values = ['', 'short', 'x'.repeat(1000), 'Grüße']
    using tensor = Tensor.strings([2, 2], values)
    expect(tensor.byteStrings().map((bytes) => Buffer.from(bytes).toString())).toEqual(values)
  })

  it('refuses an array that does not fill the shape', () => {
    expect(() => Tensor.from('float32', [3], Float32Array.of(1))).toThrow(RangeError)
    expect(() => Tensor.strings([2], ['one'])).toThrow(RangeError)
  })

  it('is counted while it lives, and throws by name once it is disposed', () => {
    const before = liveObjects('Tensor')
    const tensor = Tensor.scalar('float32', 1)
    expect(liveObjects('Tensor')).toBe(before + 1)
    tensor.dispose()
    expect(liveObjects('Tensor')).toBe(before)
    expect(() => tensor.data()).toThrow(DisposedError)
    expect(() => tensor.dispose()).toThrow('A Tensor was used after it had been disposed.')
  })
})
