import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { TensorFlowLibraryError } from '../../shared/errors.ts'
import { chooseLibraries, chooseNvidia, unpackWheel } from './unpack-wheel.ts'

const folder = mkdtempSync(join(tmpdir(), 'anneal-wheel-'))
const wheel = join(folder, 'some.whl')
const target = join(folder, 'target')
const content = Buffer.from('so'.repeat(100_000))
const member = { name: 'liba.so', bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }

mkdirSync(join(folder, 'tensorflow/python'), { recursive: true })
writeFileSync(join(folder, 'tensorflow/liba.so'), content)
writeFileSync(join(folder, 'tensorflow/python/liba.so'), 'another of the same name')
execFileSync('python3', ['-m', 'zipfile', '-c', wheel, 'tensorflow'], { cwd: folder })

beforeEach(() => {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
})
afterAll(() => rmSync(folder, { recursive: true }))

const choose = chooseLibraries([member], '')
const none = () => undefined

it('unpacks the named files alone, tells how far it is, and what came', async () => {
  let bytes = 0
  const files = await unpackWheel(wheel, choose, target, (more) => (bytes += more))
  expect(files).toEqual([{ path: 'liba.so', bytes: content.length, sha256: member.sha256 }])
  expect(readdirSync(target)).toEqual(['liba.so'])
  expect(readFileSync(join(target, 'liba.so')).equals(content)).toBe(true)
  expect(bytes).toBe(content.length)
})

it('writes anew what an earlier try has left', async () => {
  writeFileSync(join(target, 'liba.so'), 'half')
  await unpackWheel(wheel, choose, target, none)
  expect(readFileSync(join(target, 'liba.so')).equals(content)).toBe(true)
})

it.each([0, 1, 22, 500])('refuses a wheel that was cut after %i bytes', async (length) => {
  const cut = join(folder, 'cut.whl')
  writeFileSync(cut, readFileSync(wheel).subarray(0, length))
  await expect(unpackWheel(cut, choose, target, none)).rejects.toThrow(TensorFlowLibraryError)
})

it.each([
  ['nvidia/cublas/lib/libcublas.so.12', true],
  ['nvidia/cudnn/lib/libcudnn_ops.so.9', true],
  ['nvidia/cuda_nvcc/bin/ptxas', true],
  ['nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc', true],
  ['nvidia/cuda_nvcc/nvvm/lib64/libnvvm.so', true],
  ['nvidia/cublas/include/cublas.h', false],
  ['nvidia/cuda_runtime/lib/libcudart_static.a', false],
  ['nvidia/cublas/__init__.py', false],
  ['nvidia/cublas/lib/__init__.py', false],
  ['nvidia_cublas_cu12-12.9.3.13.dist-info/RECORD', false],
  ['../nvidia/cublas/lib/libcublas.so.12', false],
])('of %s in a package of NVIDIA: wanted is %s', (name, isWanted) => {
  expect(chooseNvidia(name)).toBe(isWanted ? name : undefined)
})
