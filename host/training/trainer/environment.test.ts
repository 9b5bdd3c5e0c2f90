import { describe, expect, it } from 'vitest'
import { resolveRecipe } from '../../../shared/recipe/resolve.ts'
import { settingsSchema } from '../../../shared/contract/settings.ts'
import { gpuEnvironment, mergedEnvironment, precisionEnvironment, trainerEnvironment } from './environment.ts'

const environment = (settings: string[], own: NodeJS.ProcessEnv = {}, gpu = false) =>
  precisionEnvironment(
    resolveRecipe({ settings: settings.map((setting) => `precision.${setting}`) }).precision,
    own,
    gpu,
  )

describe("a trainer's environment", () => {
  it('has oneDNN and nothing else that is not the default, without a GPU', () => {
    expect(environment([])).toEqual({ TF_ENABLE_ONEDNN_OPTS: '1', TF_CPP_MIN_LOG_LEVEL: '2' })
  })

  it("has the settings' threads where the recipe leaves them open", () => {
    const threads = (...settings: string[]) =>
      trainerEnvironment(resolveRecipe({ settings }), {}, settingsSchema.parse({ threads: 5 })).TF_NUM_INTRAOP_THREADS
    expect(threads()).toBe('5')
    expect(threads('precision.intraOpThreads=2')).toBe('2')
  })

  it('has every switch of the recipe that a CPU answers to', () => {
    expect(
      environment([
        'tf32=false',
        'xla=true',
        'deterministic=true',
        'oneDnn=false',
        'intraOpThreads=3',
        'interOpThreads=4',
      ]),
    ).toEqual({
      TF_ENABLE_ONEDNN_OPTS: '0',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '4',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_XLA_FLAGS: '--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit',
      TF_CPP_MIN_LOG_LEVEL: '2',
    })
  })

  it('follows the recipe where the host has a switch set otherwise, and keeps its other flags', () => {
    const own = {
      NVIDIA_TF32_OVERRIDE: '0',
      TF_XLA_FLAGS: '--tf_xla_auto_jit=2 --tf_xla_min_cluster_size=8',
      TF_DETERMINISTIC_OPS: '1',
    }
    expect(environment([], own, true)).toMatchObject({
      NVIDIA_TF32_OVERRIDE: '',
      TF_XLA_FLAGS: '--tf_xla_auto_jit=2 --tf_xla_min_cluster_size=8 --tf_xla_auto_jit=-1',
      TF_DETERMINISTIC_OPS: '0',
    })
    expect(environment(['xla=true'], { TF_XLA_FLAGS: '--tf_xla_min_cluster_size=8' }).TF_XLA_FLAGS).toBe(
      '--tf_xla_min_cluster_size=8 --tf_xla_auto_jit=2 --tf_xla_cpu_global_jit',
    )
  })
})

describe('what a trainer is started with', () => {
  it("is the host's environment and its own, without what the recipe takes away", () => {
    const own = { HOME: '/home/a', NVIDIA_TF32_OVERRIDE: '0', EMPTY: '' }
    expect(mergedEnvironment(own, { ...environment([], own), A: '1' })).toMatchObject({
      HOME: '/home/a',
      A: '1',
      EMPTY: '',
      TF_ENABLE_ONEDNN_OPTS: '1',
    })
    expect(mergedEnvironment(own, environment([], own))).not.toHaveProperty('NVIDIA_TF32_OVERRIDE')
    expect(mergedEnvironment(own, environment(['tf32=false'], own))).toHaveProperty('NVIDIA_TF32_OVERRIDE', '0')
  })
})

describe('with a GPU', () => {
  it("has NVIDIA's settings, unless the user has set others", () => {
    expect(environment([], {}, true)).toMatchObject({ ...gpuEnvironment, TF_FORCE_GPU_ALLOW_GROWTH: 'true' })
    expect(environment([], { TF_GPU_THREAD_COUNT: '4' }, true)).toMatchObject({
      ...gpuEnvironment,
      TF_GPU_THREAD_COUNT: '4',
    })
  })

  it('takes a share of its memory at once where the recipe names one', () => {
    expect(environment(['gpuMemoryFraction=0.5'], {}, true)).toMatchObject({
      ANNEAL_GPU_MEMORY_FRACTION: '0.5',
      TF_FORCE_GPU_ALLOW_GROWTH: 'false',
    })
    expect(environment(['gpuMemoryFraction=0.5'])).not.toHaveProperty('ANNEAL_GPU_MEMORY_FRACTION')
  })

  it('is deterministic where it is to be, without the batch norm that adds up in any order', () => {
    expect(environment(['deterministic=true'], {}, true)).toMatchObject({
      TF_DETERMINISTIC_OPS: '1',
      TF_CUDNN_DETERMINISTIC: '1',
    })
    expect(environment(['deterministic=true'], {}, true)).not.toHaveProperty(
      'TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT',
    )
  })
})
