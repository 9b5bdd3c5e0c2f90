import { expect, it } from 'vitest'
import { findKey } from '../../../shared/recipe/keys.ts'
import { deviceEffect, trainingDevice } from './device-effect.ts'

const cpu = { name: 'CPU:0', type: 'CPU', memoryBytes: 0 }
const volta = { name: 'GPU:0', type: 'GPU', memoryBytes: 16e9, computeCapability: '7.0' }
const effect = (path: string, value: unknown, device = cpu) => deviceEffect(findKey(path)!, value, device)

it('is that of the GPU where there is one', () => {
  expect(trainingDevice([cpu, volta])).toBe(volta)
  expect(trainingDevice([cpu])).toBe(cpu)
  expect(trainingDevice()).toBeUndefined()
})

it('says of a switch whether it does anything, on or off', () => {
  expect(effect('precision.tf32', true)).toMatchObject({ effective: false })
  expect(effect('precision.tf32', false)).toMatchObject({ effective: false })
  expect(effect('precision.oneDnn', true)).toMatchObject({ effective: true })
  expect(effect('precision.amp', 'bf16', volta)).toMatchObject({ effective: false })
  expect(effect('precision.amp', 'fp16', volta)).toMatchObject({ effective: true })
})

it('says nothing of what is off, or the same everywhere', () => {
  expect(effect('precision.amp', 'off')).toBeUndefined()
  expect(effect('precision.intraOpThreads', 0)).toBeUndefined()
  expect(effect('optimizer.momentum', 0.9)).toBeUndefined()
  expect(deviceEffect(findKey('precision.tf32')!, true, undefined)).toBeUndefined()
})
