import { describe, vi } from 'vitest'
import { checkWindowLayers } from './window-layers/check.ts'

// On the CPU: a GPU rounds float32 to TF32.
vi.hoisted(() => (process.env['CUDA_VISIBLE_DEVICES'] = ''))

describe('with oneDNN', () => checkWindowLayers())
