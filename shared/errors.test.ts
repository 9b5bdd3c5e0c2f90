import { describe, expect, it } from 'vitest'
import * as errors from './errors.ts'
import { asStorageError } from '../storage/system-error.ts'

const named = Object.values(errors).filter(
  (value): value is typeof errors.AnnealError =>
    typeof value === 'function' && value.prototype instanceof errors.AnnealError && value.name !== 'TensorFlowError',
)

describe('an error record', () => {
  it.each(named)('brings back $name', (ErrorClass) => {
    const error = errors.fromErrorRecord(structuredClone(errors.toErrorRecord(new ErrorClass('What to do.'))))
    expect(error.constructor).toBe(ErrorClass)
    expect(error).toMatchObject({ name: ErrorClass.name, message: 'What to do.' })
  })

  it('brings back a class of another file as the nearest that all know', () => {
    class Damaged extends errors.StorageError {}
    class Other extends errors.AnnealError {}
    const back = (error: Error) => errors.fromErrorRecord(structuredClone(errors.toErrorRecord(error)))
    expect(back(new Damaged('What to do.')).constructor).toBe(errors.StorageError)
    expect(back(new Other('What to do.')).constructor).toBe(errors.AnnealError)
  })

  it('knows no names that it only inherits', () => {
    expect(errors.fromErrorRecord({ name: 'constructor', message: 'x' })).toBeInstanceOf(Error)
  })
})

describe('a system error', () => {
  it('that a person can mend becomes one sentence', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const error = asStorageError(full, 'The folder /a')
    expect(error).toBeInstanceOf(errors.StorageError)
    expect(error).toMatchObject({
      message: 'The folder /a cannot be used: the disk is full; free some space.',
      cause: full,
    })
  })

  it('of another kind stays what it is', () => {
    const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
    expect(asStorageError(missing, 'x')).toBe(missing)
  })
})
