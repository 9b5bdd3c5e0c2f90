import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BuildName } from '../../shared/contract/builds.ts'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import { buildOf, cachedBuild, librariesIn } from '../../storage/builds/builds.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { deviceEnvironment } from './device-environment.ts'

/** A cache with builds as far as their files' sizes go: holes in files take no room. */
function cacheWith(...names: BuildName[]): NodeJS.ProcessEnv {
  const env = { XDG_CACHE_HOME: temporaryFolder() }
  for (const name of names) {
    const root = cachedBuild(env, name)
    const folder = librariesIn(root, name)
    mkdirSync(folder, { recursive: true })
    for (const library of buildOf(name, 'linux-x64')!.libraries) {
      writeFileSync(join(folder, library.name), '')
      truncateSync(join(folder, library.name), library.bytes)
    }
    if (name === 'cuda') mkdirSync(join(root, 'nvidia/cuda_nvcc'), { recursive: true })
    writeFileSync(join(root, 'files.json'), '{"parts": []}')
  }
  return env
}

const auto = { settings: { build: 'auto' as const } }

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('which build a trainer loads', () => {
  it.each<[string, BuildName[], 'auto' | 'gpu' | 'cpu', boolean, BuildName | undefined]>([
    ['both, a GPU may be there', ['cpu', 'cuda'], 'auto', true, 'cuda'],
    ['both, no GPU', ['cpu', 'cuda'], 'auto', false, 'cpu'],
    ['both, a GPU is asked for', ['cpu', 'cuda'], 'gpu', false, 'cuda'],
    ['both, the processor is asked for', ['cpu', 'cuda'], 'cpu', true, 'cpu'],
    ['the one for the processor, with a GPU', ['cpu'], 'auto', true, 'cpu'],
    ['the one with CUDA, without a GPU', ['cuda'], 'auto', false, 'cuda'],
    ['none', [], 'auto', true, undefined],
  ])('%s', (_, present, device, gpu, build) => {
    expect(deviceEnvironment(device, cacheWith(...present), { gpu, ...auto }).ANNEAL_BUILD).toBe(build)
  })

  it('is what the variable says, else what the settings say', () => {
    const env = cacheWith('cpu', 'cuda')
    const situation = { gpu: true, settings: { build: 'cpu' as const } }
    expect(deviceEnvironment('auto', env, situation).ANNEAL_BUILD).toBe('cpu')
    expect(deviceEnvironment('auto', { ...env, ANNEAL_BUILD: 'cuda' }, situation).ANNEAL_BUILD).toBe('cuda')
    expect(() => deviceEnvironment('auto', { ...env, ANNEAL_BUILD: 'rocm' }, situation)).toThrow(TensorFlowLibraryError)
  })

  it('is left open where a folder is named', () => {
    const env = { ...cacheWith('cuda'), ANNEAL_TENSORFLOW: '/opt/tf/tensorflow' }
    expect(deviceEnvironment('auto', env, { gpu: true, ...auto })).not.toHaveProperty('ANNEAL_BUILD')
  })
})

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the CUDA build', () => {
  it('is told where its compiler lies, and keeps what the driver compiles', () => {
    const env = cacheWith('cuda')
    expect(deviceEnvironment('auto', env, { gpu: true, ...auto })).toEqual({
      ANNEAL_BUILD: 'cuda',
      XLA_FLAGS: `--xla_gpu_cuda_data_dir="${cachedBuild(env, 'cuda')}/nvidia/cuda_nvcc"`,
      CUDA_CACHE_PATH: `${env.XDG_CACHE_HOME}/anneal/cuda`,
      CUDA_CACHE_MAXSIZE: '4294967296',
    })
  })

  it('keeps what the person has set', () => {
    const env = {
      ...cacheWith('cuda'),
      XLA_FLAGS: '--xla_dump_to=/tmp/x',
      CUDA_CACHE_PATH: '/c',
      CUDA_CACHE_MAXSIZE: '1',
    }
    expect(deviceEnvironment('auto', env, { gpu: true, ...auto })).toMatchObject({
      XLA_FLAGS: expect.stringMatching(/^--xla_dump_to=\/tmp\/x --xla_gpu_cuda_data_dir="/) as string,
      ...{ CUDA_CACHE_PATH: '/c', CUDA_CACHE_MAXSIZE: '1' },
    })
    const own = { ...env, XLA_FLAGS: '--xla_gpu_cuda_data_dir=/usr/local/cuda' }
    expect(deviceEnvironment('auto', own, { gpu: true, ...auto })).not.toHaveProperty('XLA_FLAGS')
  })

  it('sees no GPU where the processor is asked for', () => {
    expect(deviceEnvironment('cpu', cacheWith('cuda'), { gpu: true, ...auto }).CUDA_VISIBLE_DEVICES).toBe('-1')
    expect(deviceEnvironment('cpu', cacheWith('cpu'), { gpu: true, ...auto })).toEqual({ ANNEAL_BUILD: 'cpu' })
  })
})
