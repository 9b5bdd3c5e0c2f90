import { describe, expect, it } from 'vitest'
import type { DeviceDescription } from './trainer.ts'
import { effectOf, precisionSwitches, switchOf, type PrecisionSwitch } from './precision-effect.ts'
import { parseRecipe } from '../recipe/validate.ts'

const cpu: DeviceDescription = { name: 'CPU:0', type: 'CPU', memoryBytes: 0, halfPrecision: [] }
const gpu = (computeCapability?: string): DeviceDescription => ({
  name: 'GPU:0',
  type: 'GPU',
  memoryBytes: 1,
  ...(computeCapability && { computeCapability }),
})
const effective = (device: DeviceDescription) => precisionSwitches.filter((name) => effectOf(name, device).effective)

describe('the effect of a switch', () => {
  it('is told in a sentence for every device', () => {
    for (const device of [cpu, gpu(), gpu('6.1'), gpu('9.0')])
      for (const name of precisionSwitches) expect(effectOf(name, device).reason).toMatch(/^[A-Zo].{10,}\.$/)
  })

  it('on a CPU leaves out what only GPUs have', () => {
    expect(effective(cpu)).toEqual([
      'amp=fp16',
      'amp=bf16',
      'xla',
      'quantize',
      'oneDnn',
      'intraOpThreads',
      'interOpThreads',
    ])
    expect(effectOf('amp=bf16', cpu).reason).toContain('slower')
    expect(effectOf('amp=bf16', { ...cpu, halfPrecision: ['bf16'] }).reason).not.toContain('slower')
    expect(effectOf('amp=fp16', { ...cpu, halfPrecision: ['bf16'] }).reason).toContain('slower')
  })

  it.each([
    { card: 'Hopper', capability: '9.0', without: ['oneDnn'] },
    { card: 'Ampere', capability: '8.0', without: ['oneDnn'] },
    { card: 'Turing', capability: '7.5', without: ['amp=bf16', 'tf32', 'oneDnn'] },
    { card: 'Pascal', capability: '6.1', without: ['amp=bf16', 'tf32', 'oneDnn'] },
    { card: 'one whose capability is not known', capability: undefined, without: ['oneDnn'] },
  ])('on a GPU goes by its compute capability: $card', ({ capability, without }) => {
    expect(effective(gpu(capability))).toEqual(precisionSwitches.filter((name) => !without.includes(name)))
  })

  it('names the capability that is too low', () => {
    expect(effectOf('tf32', gpu('7.5'))).toEqual({ effective: false, reason: expect.stringContaining('7.5') as string })
    expect(effectOf('amp=fp16', gpu('6.1')).reason).toContain('no Tensor Cores')
  })
})

describe('the switch of a key', () => {
  it('is found for every key of the group that is one', () => {
    const { precision } = parseRecipe({})
    const keys = Object.keys(precision) as (keyof typeof precision)[]
    const found = keys.flatMap((key): PrecisionSwitch[] =>
      [switchOf(key, key === 'amp' ? 'bf16' : precision[key])].filter((name) => name !== undefined),
    )
    expect(found).toEqual(expect.arrayContaining(precisionSwitches.filter((name) => name !== 'amp=fp16')))
    expect(switchOf('amp', 'off')).toBeUndefined()
    expect(switchOf('lossScale', 0)).toBeUndefined()
  })
})
