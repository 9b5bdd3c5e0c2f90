import { describe, expect, it } from 'vitest'
import { bytesField, bytesOf, doubleField, floatField, message, readFields, textOf, varintField } from './protobuf.ts'

describe('protocol buffers', () => {
  // The examples of the encoding's own documentation.
  it('writes the documented bytes', () => {
    expect([...varintField(1, 150)]).toEqual([0x08, 0x96, 0x01])
    expect([...bytesField(2, 'testing')]).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67])
  })

  it('reads what it wrote, of every wire type', () => {
    const fields = readFields(
      message(varintField(1, true), floatField(2, 1), doubleField(3, 1), bytesField(16, message(bytesField(1, 'in')))),
    )
    expect(fields.map(({ number }) => number)).toEqual([1, 2, 3, 16])
    expect(fields.slice(0, 3).map(({ value }) => value)).toEqual([1n, 0x3f800000n, 0x3ff0000000000000n])
    expect(textOf(readFields(bytesOf(fields, 16)[0]!), 1)).toBe('in')
  })

  it('refuses a message that is cut short', () => {
    const whole = bytesField(2, 'testing')
    expect(() => readFields(whole.subarray(0, 5))).toThrow(RangeError)
    expect(() => readFields(Uint8Array.of(0x08, 0x96))).toThrow(RangeError)
  })
})
