import { describe, vi } from 'vitest'
import { checkWindowLayers } from './window-layers/check.ts'

// Before TensorFlow loads, which reads both once.
vi.hoisted(() => Object.assign(process.env, { CUDA_VISIBLE_DEVICES: '', TF_ENABLE_ONEDNN_OPTS: '0' }))

describe('without oneDNN', () => checkWindowLayers())
