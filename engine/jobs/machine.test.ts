import { describe, expect, it } from 'vitest'
import { describeMachine, halfPrecisionOf } from './machine.ts'
import { hasGpu } from '../tensorflow/c-api/index.ts'

describe('the machine', () => {
  it('has a CPU with a model, and switches as TensorFlow sees them', () => {
    const { devices, environment } = describeMachine()
    const cpu = devices.find(({ type }) => type === 'CPU')!
    expect(cpu.name).toMatch(/device:CPU:0$/)
    expect(cpu.model).toMatch(/\w/)
    expect(environment).toMatchObject({ TF_ENABLE_ONEDNN_OPTS: '1' })
    expect(hasGpu()).toBe(devices.some(({ type }) => type === 'GPU'))
  })

  it('knows what a CPU has arithmetic for by its flags', () => {
    expect(halfPrecisionOf('fpu avx2 f16c')).toEqual([])
    expect(halfPrecisionOf(' fpu avx512f avx512_bf16 ')).toEqual(['bf16'])
    expect(halfPrecisionOf('amx_bf16 amx_tile avx512_fp16')).toEqual(['fp16', 'bf16'])
  })
})
